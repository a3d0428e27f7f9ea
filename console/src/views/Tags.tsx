// The tags of a case: each leads to all cases that have it; they are added and taken away where they stand.

import { useRef, useState } from "preact/hooks";
import type { Case } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useDeed } from "../deed.ts";
import { useKeys } from "../hooks.ts";
import { hashOf } from "../route.ts";
import { tagsIn } from "../tags.ts";
import { t } from "../texts.ts";
import { Icon } from "./Icon.tsx";

// What the API takes.
const MOST = 20;

export function Tags({ one, changed }: { one: Case; changed: () => void }) {
  const { hub, say } = useConsole();
  const [adding, setAdding] = useState(false);
  const [typed, setTyped] = useState("");
  const { busy, act } = useDeed(changed);
  const field = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const open = () => {
    setAdding(true);
    requestAnimationFrame(() => field.current?.focus());
  };
  const close = () => {
    setAdding(false);
    setTyped("");
    requestAnimationFrame(() => opener.current?.focus());
  };
  useKeys({ t: open });
  // The version says what one has seen: tags that somebody else gave meanwhile are not taken away.
  const save = (tags: string[], words: string) => act(async () => {
    await hub.tag(one.reference, tags, one.version);
    say(words);
  });
  const add = async (event: Event) => {
    event.preventDefault();
    const wanted = tagsIn(typed).filter((tag) => !one.tags.includes(tag));
    if (!wanted.length || await save([...one.tags, ...wanted], t("tags.added", { tags: wanted.join(", ") }))) close();
  };
  const remove = async (tag: string) => {
    if (await save(one.tags.filter((each) => each !== tag), t("tags.removed", { tag }))) opener.current?.focus();
  };
  return (
    <div class="tags" role="group" aria-label={t("tags.title")}>
      {one.tags.map((tag) => (
        <span key={tag} class="tag">
          <a href={hashOf({ view: "find", team: one.team, reference: null, words: "", only: { tag } })} title={t("tags.all_with", { tag })}>{tag}</a>
          <button type="button" class="plain" disabled={busy} aria-label={t("tags.remove", { tag })} onClick={() => void remove(tag)}><Icon name="cross" /></button>
        </span>
      ))}
      {adding ? (
        <form onSubmit={(event) => void add(event)} onKeyDown={(event) => { if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); } }}>
          <input
            ref={field} type="text" value={typed} maxLength={200} required autoComplete="off" autoCapitalize="none" aria-label={t("tags.new")} placeholder={t("tags.example")}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" class="main" disabled={busy}>{t("tags.add_now")}</button>
          <button type="button" onClick={close}>{t("cancel")}</button>
        </form>
      ) : one.tags.length < MOST && <button ref={opener} type="button" class="plain" onClick={open} aria-keyshortcuts="t">{t("tags.add")}</button>}
    </div>
  );
}
