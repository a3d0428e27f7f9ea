// The editor of one place of the document, whatever the API's description says that it holds.

import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { isMembers, type Json, type Path } from "../../settings/document.ts";
import { namesFor } from "../../settings/references.ts";
import { blankOf, membersOf, type Shape } from "../../settings/schema.ts";
import { t } from "../../texts.ts";
import { spanWords } from "../../times.ts";
import { choiceWords, labelOf, useEditing, useField, valueWords } from "./editing.ts";
import { Items } from "./Items.tsx";
import { MapEditor } from "./MapEditor.tsx";
import { Members } from "./Members.tsx";
import { SPECIAL } from "./special.ts";

interface Shown {
  shape: Shape;
  path: Path;
  required: boolean;
}

export function Field(shown: Shown) {
  const { shape, path } = shown;
  const Own = SPECIAL[path.filter((step) => typeof step === "string").join(".")];
  if (Own) return <Own path={path} />;
  switch (shape.kind) {
    case "text": return <TextField {...shown} shape={shape} />;
    case "number": return <NumberField {...shown} shape={shape} />;
    case "flag": return shape.optional ? <ChoiceField {...shown} words={["true", "false"]} /> : <Flag {...shown} />;
    case "choice": return <ChoiceField {...shown} words={shape.words} />;
    case "list":
      if (shape.item.kind === "choice") return <Several path={path} words={shape.item.words} />;
      return shape.item.kind === "text" ? <Lines path={path} /> : <Group path={path}><Items shape={shape} path={path} /></Group>;
    case "map": return <Group path={path}><MapEditor shape={shape} path={path} /></Group>;
    case "members":
    case "variants": return <Part {...shown} />;
    default: return <Untouched path={path} />;
  }
}

// With its label before it, and behind it what is wrong with it and what there is to know.
export function Labelled({ path, label, inline, wide, children }: { path: Path; label?: string; inline?: boolean; wide?: boolean; children: ComponentChildren }) {
  const { id } = useField(path);
  const words = <span>{label ?? labelOf(path)}</span>;
  return (
    <div class={`setting${inline ? " inline" : ""}${wide ? " wide" : ""}`}>
      <label for={id}>{inline ? <>{children} {words}</> : words}</label>
      {!inline && children}
      <Said path={path} />
    </div>
  );
}

export function Said({ path }: { path: Path }) {
  const { id, words, hint } = useField(path);
  return (
    <>
      {words && <p class="wrong" id={`${id}-wrong`}>{words}</p>}
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </>
  );
}

export function Group({ path, legend, children }: { path: Path; legend?: string; children: ComponentChildren }) {
  const { id, said } = useField(path);
  return (
    <fieldset class="group" id={id} tabIndex={-1} aria-describedby={said["aria-describedby"]}>
      <legend>{legend ?? labelOf(path)}</legend>
      <Said path={path} />
      {children}
    </fieldset>
  );
}

const usualWords = (path: Path, shape: Shape) => (shape.usual === undefined || shape.usual === null || shape.usual === "" ? "" : valueWords(path, shape.usual));

function TextField({ shape, path, required }: Shown & { shape: Shape & { kind: "text" } }) {
  const { document } = useEditing();
  const { id, value, set, said } = useField(path);
  const names = namesFor(document, path);
  if (names) return <ChoiceField shape={shape} path={path} required={required} words={names} />;
  const common = {
    id, ...said, value: typeof value === "string" ? value : "", placeholder: usualWords(path, shape), "aria-required": required, autoComplete: "off",
    onInput: (event: { currentTarget: { value: string } }) => set(event.currentTarget.value || (required ? "" : undefined)),
  };
  const long = shape.longest !== null && shape.longest >= 1_000;
  return <Labelled path={path} wide={long}>{long ? <textarea {...common} rows={4} /> : shape.date ? <input {...common} type="date" /> : <input {...common} type="text" spellcheck={false} />}</Labelled>;
}

function NumberField({ shape, path, required }: Shown & { shape: Shape & { kind: "number" } }) {
  const { id, value, set, said } = useField(path);
  const minutes = String(path.at(-1)).endsWith("minutes") && typeof value === "number" && Math.abs(value) >= 60;
  return (
    <Labelled path={path}>
      <span class="with-words">
        <input
          id={id} {...said} type="number" inputMode={shape.whole ? "numeric" : "decimal"} step={shape.whole ? 1 : "any"} min={shape.least ?? undefined} max={shape.most ?? undefined}
          value={typeof value === "number" ? value : ""} placeholder={usualWords(path, shape)} aria-required={required}
          onInput={(event) => set(event.currentTarget.value === "" ? undefined : Number(event.currentTarget.value))}
        />
        {minutes && <span class="quiet">{spanWords(value * 60_000)}</span>}
      </span>
    </Labelled>
  );
}

function Flag({ shape, path }: Shown) {
  const { id, value, set, said } = useField(path);
  const on = typeof value === "boolean" ? value : shape.usual === true;
  return (
    <Labelled path={path} inline>
      <input id={id} {...said} type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} />
    </Labelled>
  );
}

// What is chosen now stays among the words, also where it is not one of them.
function ChoiceField({ shape, path, required, words }: Shown & { words: readonly string[] }) {
  const { id, value, set, said } = useField(path);
  const now = value === undefined || value === null ? "" : String(value);
  const usual = usualWords(path, shape);
  const wordOf = (word: string) => (shape.kind === "flag" ? t(word === "true" ? "set.yes" : "set.no") : choiceWords(path, word));
  return (
    <Labelled path={path}>
      <select
        id={id} {...said} value={now} aria-required={required}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          set(chosen === "" ? undefined : shape.kind === "flag" ? chosen === "true" : chosen);
        }}
      >
        <option value="">{required ? t("set.choose") : usual ? t("set.usual", { usual }) : t("set.none")}</option>
        {[...new Set([...words, now])].filter(Boolean).map((word) => <option key={word} value={word}>{wordOf(word)}</option>)}
      </select>
    </Labelled>
  );
}

function Several({ path, words }: { path: Path; words: readonly string[] }) {
  const { value, set, id } = useField(path);
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const all = [...new Set([...words, ...chosen])];
  return (
    <Group path={path}>
      <div class="several">
        {all.map((word) => (
          <label key={word} class="inline">
            <input
              type="checkbox" id={`${id}-${word}`} checked={chosen.includes(word)}
              onChange={(event) => {
                const now = event.currentTarget.checked ? [...chosen, word] : chosen.filter((other) => other !== word);
                set(now.length ? now : undefined);
              }}
            /> {choiceWords(path, word)}
          </label>
        ))}
      </div>
    </Group>
  );
}

// Several texts, one in each line.
function Lines({ path }: { path: Path }) {
  const { id, value, set, said } = useField(path);
  const lines = Array.isArray(value) ? value.map(String) : [];
  const [typed, setTyped] = useState(lines.join("\n"));
  const read = (text: string) => text.split("\n").map((line) => line.trim()).filter(Boolean);
  const shown = read(typed).join("\n") === lines.join("\n") ? typed : lines.join("\n");
  return (
    <Labelled path={path} label={t("set.lines", { label: labelOf(path) })}>
      <textarea
        id={id} {...said} rows={Math.min(8, Math.max(2, lines.length + 1))} spellcheck={false} value={shown}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          const found = read(event.currentTarget.value);
          set(found.length ? found : undefined);
        }}
      />
    </Labelled>
  );
}

// An object inside: always there, or only where it is switched on, or one of several kinds.
function Part({ shape, path, required }: Shown) {
  const { value, set, id } = useField(path);
  const kinds = shape.kind === "variants" ? Object.keys(shape.variants) : [];
  const there = isMembers(value);
  const begin = (of: Shape, more: Record<string, Json> = {}) => {
    const blank = blankOf(of);
    set({ ...(isMembers(blank) ? blank : {}), ...more });
  };
  const inside = membersOf(shape, there ? value : {});
  return (
    <Group path={path}>
      {shape.kind === "variants" ? (
        <label class="setting"><span>{t("set.which")}</span>
          <select
            value={there ? String(value[shape.by]) : ""}
            onChange={(event) => {
              const chosen = shape.variants[event.currentTarget.value];
              if (chosen) begin(chosen, { [shape.by]: event.currentTarget.value });
              else set(undefined);
            }}
          >
            <option value="">{t("set.none")}</option>
            {kinds.map((kind) => <option key={kind} value={kind}>{choiceWords([...path, shape.by], kind)}</option>)}
          </select>
        </label>
      ) : shape.optional && !required && (
        <label class="inline">
          <input id={`${id}-on`} type="checkbox" checked={there} onChange={(event) => (event.currentTarget.checked ? begin(shape) : set(undefined))} /> {t("set.own")}
        </label>
      )}
      {inside && (there || (!shape.optional && shape.kind === "members")) && (
        <Members shape={inside} path={path} without={shape.kind === "variants" ? [shape.by] : []} />
      )}
    </Group>
  );
}

// What the description tells nothing about: seen, and kept as it is.
export function Untouched({ path }: { path: Path }) {
  const { value } = useField(path);
  if (value === undefined || value === null) return null;
  return <div class="setting"><span>{labelOf(path)}</span><p>{valueWords(path, value)}</p><p class="hint">{t("set.untouched")}</p></div>;
}
