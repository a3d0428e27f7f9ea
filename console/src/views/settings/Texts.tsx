// A text in each of its languages, with what may stand in it and how it will look.

import { useRef, useState } from "preact/hooks";
import { isMembers, valueAt, type Path } from "../../settings/document.ts";
import { filledText, strangersIn, variablesFor, variablesIn } from "../../settings/template.ts";
import { language as ours, languageName, locale, t, tWord } from "../../texts.ts";
import { useEditing, useField } from "./editing.ts";
import { Group, Labelled } from "./Field.tsx";

export function Texts({ path }: { path: Path }) {
  const { document, change, readOnly } = useEditing();
  const { value, id } = useField(path);
  const [code, setCode] = useState("");
  const texts = isMembers(value) ? value : {};
  const purpose = String(valueAt(document, [...path.slice(0, -1), "purpose"]) ?? "");
  const missing = ["pl", "en"].filter((one) => !(one in texts));
  const add = (one: string) => {
    if (/^[a-z]{2,3}$/.test(one) && !(one in texts)) change([...path, one], { text: "" });
    setCode("");
  };
  const remove = (one: string) => change(path, Object.fromEntries(Object.entries(texts).filter(([other]) => other !== one)));
  return (
    <Group path={path}>
      <div class="wordings">
        {Object.keys(texts).map((one) => (
          <Wording key={one} path={[...path, one]} purpose={purpose} code={one}>
            {!readOnly && <p class="deeds"><button type="button" aria-label={t("set.remove_what", { what: languageName(one) })} onClick={() => remove(one)}>{t("set.remove")}</button></p>}
          </Wording>
        ))}
      </div>
      {!readOnly && (
        <p class="map-add">
          {missing.map((one) => <button key={one} type="button" onClick={() => add(one)}>{t("texts.add", { language: languageName(one) })}</button>)}
          <label for={`${id}-new`}>{t("texts.other")}</label>
          <input id={`${id}-new`} value={code} size={4} maxLength={3} autoComplete="off" onInput={(event) => setCode(event.currentTarget.value.toLowerCase())} />
          <button type="button" disabled={!/^[a-z]{2,3}$/.test(code)} onClick={() => add(code)}>{t("set.add")}</button>
        </p>
      )}
    </Group>
  );
}

function Wording({ path, purpose, code, children }: { path: Path; purpose: string; code: string; children: preact.ComponentChildren }) {
  const { readOnly } = useEditing();
  const subject = useField([...path, "subject"]);
  const text = useField([...path, "text"]);
  const area = useRef<HTMLTextAreaElement>(null);
  const [bare, setBare] = useState(false);
  const { always, sometimes } = variablesFor(purpose);
  const now = typeof text.value === "string" ? text.value : "";
  const about = typeof subject.value === "string" ? subject.value : "";
  const wrongNames = [...new Set([...strangersIn(now, purpose), ...strangersIn(about, purpose, true)])];
  const put = (name: string) => {
    const { selectionStart: from, selectionEnd: to } = area.current ?? { selectionStart: now.length, selectionEnd: now.length };
    text.set(`${now.slice(0, from)}{${name}}${now.slice(to)}`);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(from + name.length + 2, from + name.length + 2);
    });
  };
  const values = samples(code, bare ? always : [...always, ...sometimes]);
  return (
    <fieldset class="group wording">
      <legend>{languageName(code)}</legend>
      <Labelled path={[...path, "subject"]}>
        <input id={subject.id} {...subject.said} lang={code} maxLength={200} value={about} onInput={(event) => subject.set(event.currentTarget.value || undefined)} />
      </Labelled>
      <Labelled path={[...path, "text"]}>
        <textarea ref={area} id={text.id} {...text.said} lang={code} rows={7} maxLength={10_000} aria-required value={now} onInput={(event) => text.set(event.currentTarget.value)} />
      </Labelled>
      {wrongNames.length > 0 && <p class="wrong" role="alert">{t("texts.unknown", { names: wrongNames.map((name) => `{${name}}`).join(", ") })}</p>}
      {!readOnly && (
        <p class="variables"><span class="quiet">{t("texts.put_in")}</span>{" "}
          {[...always, ...sometimes].map((name) => <button key={name} type="button" class="plain" title={`{${name}}`} onClick={() => put(name)}>{tWord("variable", name)}</button>)}
        </p>
      )}
      <figure class="preview" aria-label={t("texts.preview", { language: languageName(code) })}>
        {about && <p><strong lang={code}>{filledText(about, values)}</strong></p>}
        <p class="text" lang={code}>{filledText(now, values) || t("texts.empty")}</p>
      </figure>
      {variablesIn(now).some((name) => sometimes.includes(name)) && (
        <label class="inline"><input type="checkbox" checked={bare} onChange={(event) => setBare(event.currentTarget.checked)} /> {t("texts.bare")}</label>
      )}
      {children}
    </fieldset>
  );
}

// What an agent of the language would see; times as people of it write them.
function samples(code: string, names: readonly string[]): Record<string, string> {
  const moment = new Intl.DateTimeFormat(code === ours ? locale : code, { dateStyle: "long", timeStyle: "short" }).format(new Date(2026, 10, 24, 9, 30));
  const known: Record<string, string> = {
    reference: "K7Q2M-9DXM3-Q", answer_by: moment, opens_at: moment, deadline: moment, waiting: moment, customer_name: "Anna Kowalska",
    company: "Splot", link: "https://example.com/…", code: "493 027", minutes: "15", assignee: "Ewa", subject: "…", owed: "…", notice: "…",
  };
  return Object.fromEntries(names.map((name) => [name, known[name] ?? "…"]));
}

