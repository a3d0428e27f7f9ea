// Two customers who are one person: what a merge would do, the merge, and how it is undone.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Customer, Merge, MergePreview, Suggestion } from "../api/types.ts";
import { authorName, useConsole, withoutKind } from "../console.ts";
import { useDeed } from "../deed.ts";
import { t, tWord } from "../texts.ts";
import { momentWords } from "../times.ts";
import { Icon } from "./Icon.tsx";
import { Remarks } from "./Remarks.tsx";

interface Shown {
  customer: Customer;
  now: number;
  changed: () => void;
}

export function Merges({ customer, now, changed }: Shown) {
  const { hub, say, nameOf } = useConsole();
  const [merges, setMerges] = useState<Merge[]>([]);
  const [suggested, setSuggested] = useState<Suggestion[]>([]);
  const [asked, setAsked] = useState(0);
  const [preview, setPreview] = useState<MergePreview | null>(null);
  const [typed, setTyped] = useState("");
  const [why, setWhy] = useState("");
  const { busy, act } = useDeed();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    let left = false;
    hub.merges(customer.id).then((found) => { if (!left) setMerges(found.filter((one) => !one.undone_at)); }, () => {});
    hub.suggestions().then((found) => { if (!left) setSuggested(found.filter((one) => [one.first, one.second].includes(customer.id))); }, () => {});
    return () => { left = true; };
  }, [hub, customer.id, asked]);
  const done = (words: string) => {
    dialog.current?.close();
    say(words);
    setAsked(asked + 1);
    changed();
  };
  const look = (other: string) => act(async () => setPreview(await hub.previewMerge(customer.id, other)));
  const open = (other: string | null) => {
    setPreview(null);
    setTyped("");
    setWhy("");
    dialog.current?.showModal();
    if (other) void look(other);
  };
  const find = (event: Event) => {
    event.preventDefault();
    void act(async () => {
      const [found] = await hub.customersOf({ contact_point: typed.trim() });
      if (!found || found.id === customer.id) say(t("merge.nobody"));
      else await look(found.id);
    });
  };
  const merge = (event: Event) => {
    event.preventDefault();
    if (preview) void act(async () => {
      await hub.merge(customer.id, { customer: preview.merged.id, why, seen: preview.seen });
      done(t("merge.done"));
    });
  };
  const undo = (one: Merge) => act(async () => {
    const undone = await hub.undoMerge(one.customer_id, one.id);
    done(t("merge.undone", { n: undone.ambiguous.length }));
  });
  return (
    <div class="merges">
      {suggested.map((one) => (
        <p key={one.id} class="warning"><Icon name="warning" /><span>
          {t("merge.suggested")} {one.reasons.map((reason) => tWord("evidence", reason.evidence)).join(", ")}{" "}
          <button type="button" class="plain" disabled={busy} onClick={() => open(one.first === customer.id ? one.second : one.first)}>{t("merge.look")}</button>
        </span></p>
      ))}
      {merges.map((one) => (
        <p key={one.id} class="quiet">
          {t("merge.was", { points: one.contact_points.map(withoutKind).join(", "), who: authorName(one.by, nameOf), when: momentWords(one.at, now) })} <q>{one.why}</q>{" "}
          <button type="button" class="plain" disabled={busy} onClick={() => void undo(one)}>{t("merge.undo")}</button>
        </p>
      ))}
      <button type="button" class="plain" onClick={() => open(null)}>{t("merge.title")}</button>
      <dialog ref={dialog} aria-labelledby="merge-title">
        <h2 id="merge-title">{t("merge.title")}</h2>
        {!preview && (
          <form onSubmit={find}>
            <label>{t("merge.other")}<input type="text" required value={typed} maxLength={320} autoComplete="off" onInput={(event) => setTyped(event.currentTarget.value)} /></label>
            <p class="buttons">
              <button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
              <button type="submit" class="main" disabled={busy}>{t("merge.look")}</button>
            </p>
          </form>
        )}
        {preview && (
          <form onSubmit={merge}>
            <p><bdi>{preview.merged.name ?? t("customer.unknown")}</bdi>: {preview.contact_points.map(withoutKind).join(", ")}</p>
            <p>{t("merge.open_cases", { n: preview.open_cases })} {t("merge.what")}</p>
            {preview.remarks.map((one) => <p key={one.text} class="warning"><Icon name="warning" /><span><Remarks remarks={[one]} /></span></p>)}
            <label>{t("merge.why")}<textarea required maxLength={500} rows={2} value={why} onInput={(event) => setWhy(event.currentTarget.value)} /></label>
            <p class="buttons">
              <button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
              <button type="submit" class="main" disabled={busy}>{t("merge.merge")}</button>
            </p>
          </form>
        )}
      </dialog>
    </div>
  );
}
