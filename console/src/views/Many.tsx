// What goes wrong for many and what is said to many: incidents, and how far each broadcast is, with a way to hold it.

import { useState } from "preact/hooks";
import type { Broadcast, Incident } from "../api/types.ts";
import { problemWords, useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { t, tWord } from "../texts.ts";
import { momentWords } from "../times.ts";

const EVERY = 5_000;
const LEAD = ["supervisor", "admin"];

export function Many({ now }: { now: number }) {
  const { hub, login } = useConsole();
  const leads = login.roles.some((role) => LEAD.includes(role));
  const [incidents, setIncidents] = useState<Incident[] | null>(null);
  const [broadcasts, setBroadcasts] = useState<Broadcast[]>([]);
  const [trouble, setTrouble] = useState("");
  const ask = usePolled(async (isCurrent) => {
    try {
      const [found, sent] = await Promise.all([hub.incidents(), leads ? hub.broadcasts() : []]);
      if (!isCurrent()) return;
      setIncidents(found);
      setBroadcasts(sent);
      setTrouble("");
    } catch (error) {
      if (isCurrent()) setTrouble(problemWords(error));
    }
  }, EVERY, String(leads));
  return (
    <section class="late-list" aria-labelledby="many-title">
      <header><h2 id="many-title">{t("view.many")}</h2></header>
      {trouble && <p class="trouble" role="alert">{trouble}</p>}
      {!incidents && !trouble && <p class="quiet" role="status">{t("loading")}</p>}
      {incidents && (
        <section class="card" aria-labelledby="many-incidents">
          <h3 id="many-incidents">{t("many.incidents")}</h3>
          {!incidents.length && <p class="quiet">{t("many.nothing")}</p>}
          <ul class="tasks">
            {incidents.map((one) => (
              <li key={one.id}>
                <p><strong>{one.title}</strong> <span class="due">{tWord("incident", one.status)} · {momentWords(one.opened_at, now)}</span></p>
                <p class="about">{Object.values(one.notice)[0] ?? ""}</p>
                <p class="quiet">{t("many.linked", { n: one.linked })}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {incidents && leads && (
        <section class="card" aria-labelledby="many-broadcasts">
          <h3 id="many-broadcasts">{t("many.broadcasts")}</h3>
          {!broadcasts.length && <p class="quiet">{t("many.nothing")}</p>}
          <ul class="tasks">
            {broadcasts.map((one) => <Sent key={one.progress.id} one={one} now={now} changed={ask} />)}
          </ul>
        </section>
      )}
    </section>
  );
}

function Sent({ one, now, changed }: { one: Broadcast; now: number; changed: () => void }) {
  const { hub, say, complain } = useConsole();
  const [busy, setBusy] = useState(false);
  const { id, status, chosen, waiting, told, left_out } = one.progress;
  const other = status === "running" ? "paused" : status === "paused" ? "running" : null;
  const direct = async () => {
    if (!other) return;
    setBusy(true);
    try {
      await hub.directBroadcast(id, other);
      say(t(`many.is_${other}`));
      changed();
    } catch (error) {
      complain(problemWords(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li>
      <p><strong>{one.title}</strong> <span class="due">{tWord("broadcast", status)} · {momentWords(one.created_at, now)}</span></p>
      <p><progress max={Math.max(chosen, 1)} value={chosen - waiting} aria-label={t("many.progress", { title: one.title })} /></p>
      <p class="quiet">{t("many.counts", { chosen, waiting, told: total(told), left_out: total(left_out) })}</p>
      {other && <button type="button" disabled={busy} onClick={() => void direct()}>{t(other === "paused" ? "many.pause" : "many.go_on")}</button>}
    </li>
  );
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}
