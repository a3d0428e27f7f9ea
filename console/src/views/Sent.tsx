// How far a message to many is, with a way to send it, to hold it and to go on with it.

import { useState } from "preact/hooks";
import type { Progress } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { t, tWord } from "../texts.ts";
import { momentWords } from "../times.ts";
import { troubleOf } from "../trouble.ts";
import { SendPrepared } from "./NewBroadcast.tsx";

interface Shown {
  title: string;
  at: string | null;
  progress: Progress;
  leads: boolean;
  now: number;
  changed: () => void;
}

export function Sent({ title, at, progress, leads, now, changed }: Shown) {
  const { hub, say, complain } = useConsole();
  const [busy, setBusy] = useState(false);
  const { id, status, chosen, waiting, told, left_out } = progress;
  const other = !leads ? null : status === "running" ? "paused" : status === "paused" ? "running" : null;
  const direct = async () => {
    if (!other) return;
    setBusy(true);
    try {
      await hub.directBroadcast(id, other);
      say(t(`many.is_${other}`));
      changed();
    } catch (error) {
      complain(troubleOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li>
      <p><strong>{title}</strong> <span class="due">{[tWord("broadcast", status), at && momentWords(at, now)].filter(Boolean).join(" · ")}</span></p>
      <p><progress max={Math.max(chosen, 1)} value={chosen - waiting} aria-label={t("many.progress", { title })} /></p>
      <p class="quiet">{t("many.counts", { chosen, waiting, told: total(told), left_out: total(left_out) })}</p>
      {status === "draft" && chosen > 0 && <SendPrepared id={id} title={title} changed={changed} />}
      {other && <button type="button" disabled={busy} onClick={() => void direct()}>{t(other === "paused" ? "many.pause" : "many.go_on")}</button>}
    </li>
  );
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
