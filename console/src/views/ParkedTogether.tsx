// One decision about everything that waits for the same reason.

import { useRef, useState } from "preact/hooks";
import type { WaitingMessage } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { t, tWord } from "../texts.ts";
import { troubleOf } from "../trouble.ts";

export function ParkedTogether({ waiting, changed }: { waiting: WaitingMessage[]; changed: () => void }) {
  const { hub, say, complain } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [why, setWhy] = useState("");
  const [done, setDone] = useState<number | null>(null);
  const counts = new Map<string, number>();
  for (const one of waiting) counts.set(one.reason, (counts.get(one.reason) ?? 0) + 1);
  const several = [...counts].filter(([, n]) => n > 1);
  const decide = async (decision: "release" | "discard") => {
    let decided = 0, left = 0;
    let next: string | null = null;
    setDone(0);
    try {
      do {
        const told = await hub.decideParked(decision, reason, why, next);
        decided += told.done.length;
        left += Object.keys(told.left).length;
        next = told.next;
        setDone(decided);
      } while (next);
      say(t("together.done", { n: decided, left }));
    } catch (error) {
      complain(troubleOf(error));
    } finally {
      setDone(null);
      dialog.current?.close();
      changed();
    }
  };
  if (!several.length) return null;
  const busy = done !== null;
  return (
    <>
      <button type="button" onClick={() => { setReason(several[0]?.[0] ?? ""); setWhy(""); dialog.current?.showModal(); }}>{t("together.title")}</button>
      <dialog ref={dialog} aria-labelledby="together-title">
        <form onSubmit={(event) => { event.preventDefault(); void decide("discard"); }}>
          <h2 id="together-title">{t("together.title")}</h2>
          <p>{t("together.what")}</p>
          <label>{t("parked.reason")}
            <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
              {several.map(([name, n]) => <option key={name} value={name}>{tWord("reason", name)} ({n})</option>)}
            </select>
          </label>
          <label>{t("parked.your_why")}<textarea required maxLength={500} rows={2} value={why} onInput={(event) => setWhy(event.currentTarget.value)} /></label>
          <p role="status" class="quiet">{busy ? t("together.so_far", { n: done }) : ""}</p>
          <p class="buttons">
            <button type="button" disabled={busy} onClick={() => dialog.current?.close()}>{t("cancel")}</button>
            <button type="button" disabled={busy || !why.trim()} onClick={() => void decide("release")}>{t("parked.release")}</button>
            <button type="submit" class="main" disabled={busy || !why.trim()}>{t("parked.discard")}</button>
          </p>
        </form>
      </dialog>
    </>
  );
}
