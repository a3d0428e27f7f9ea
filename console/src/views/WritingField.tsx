// Where an answer or a note is written: one field for both, so that it has the focus at once whichever it becomes. In a
// note an `@` offers colleagues and teams. The list is used as one of a combobox: arrows, Enter or Tab, Escape
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). The field stays the text box of several lines that it is, which
// may have no other role, so how many are offered is said beside it.

import type { RefObject } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { useConsole } from "../console.ts";
import { mentionable, offered, typedBehind, withMention, type Mentionable } from "../mentions.ts";
import { t } from "../texts.ts";

interface Shown {
  field: RefObject<HTMLTextAreaElement | null>;
  mode: "answer" | "note";
  value: string;
  // Whom the note mentions so far.
  mentioned: readonly Mentionable[];
  change: (text: string, chosen?: Mentionable) => void;
  submit: (event: Event) => void;
}

export function WritingField({ field, mode, value, mentioned, change, submit }: Shown) {
  const { hub, login, teams } = useConsole();
  const [all, setAll] = useState<Mentionable[] | null>(null);
  const [asked, setAsked] = useState<{ at: number; caret: number; found: Mentionable[] } | null>(null);
  const [active, setActive] = useState(0);
  const id = useId();
  const asking = useRef(false);
  const offers = mode === "note";

  const look = (known: Mentionable[] | null) => {
    if (!offers) return;
    const { value: text, selectionStart: caret } = field.current ?? { value: "", selectionStart: 0 };
    const behind = typedBehind(text, caret);
    const found = behind && known ? offered(behind.typed, known) : [];
    setActive(0);
    setAsked(behind && found.length ? { at: behind.at, caret, found } : null);
    if (!behind || known || asking.current) return;
    asking.current = true;
    hub.agents().then(
      (agents) => {
        const everybody = mentionable(agents, [...teams, ...agents.flatMap((agent) => agent.teams)], login.subject);
        setAll(everybody);
        look(everybody);
      },
      () => { asking.current = false; }, // a note can be written without it
    );
  };
  const choose = (one: Mentionable) => {
    if (!asked) return;
    const written = withMention(value, asked.at, asked.caret, one);
    change(written.text, one);
    setAsked(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(written.caret, written.caret);
    });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return submit(event);
    if (!asked || event.isComposing) return;
    const { found } = asked;
    if (event.key === "ArrowDown") setActive((active + 1) % found.length);
    else if (event.key === "ArrowUp") setActive((active + found.length - 1) % found.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) choose(found[active] ?? found[0]!);
    else if (event.key === "Escape") setAsked(null);
    else return;
    event.preventDefault();
  };
  return (
    <div class="writing-field">
      <textarea
        ref={field} rows={3} value={value} dir="auto" aria-label={t(offers ? "composer.note" : "composer.answer")} placeholder={t(offers ? "composer.note_hint" : "composer.hint")}
        aria-autocomplete={offers ? "list" : undefined} aria-haspopup={offers ? "listbox" : undefined}
        aria-controls={asked ? `${id}-list` : undefined} aria-activedescendant={asked ? `${id}-${active}` : undefined}
        onInput={(event) => { change(event.currentTarget.value); look(all); }} onKeyDown={pressed} onClick={() => look(all)} onBlur={() => setAsked(null)}
      />
      {asked && (
        <ul class="offered" id={`${id}-list`} role="listbox" aria-label={t("mention.whom")}>
          {asked.found.map((one, at) => (
            <li key={one.kind + one.id} id={`${id}-${at}`} role="option" aria-selected={at === active} onMouseDown={(event) => event.preventDefault()} onClick={() => choose(one)}>
              <bdi>{one.name}</bdi> <span class="quiet">{one.kind === "team" ? t("mention.team") : one.present ? t("presence.present") : t("presence.absent")}</span>
            </li>
          ))}
        </ul>
      )}
      {offers && <p class="hidden" role="status">{asked ? t("mention.offered", { n: asked.found.length }) : ""}</p>}
      {offers && mentioned.length > 0 && <p class="quiet mentioned" aria-live="polite">{t("mention.will_hear")} <bdi>{mentioned.map((one) => one.name).join(", ")}</bdi></p>}
    </div>
  );
}
