// What goes wrong for many and what is said to many: incidents, and how far each broadcast is, with a way to hold it.

import { useState } from "preact/hooks";
import type { Broadcast, Incident } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { hashOf, type Route } from "../route.ts";
import { t, tWord } from "../texts.ts";
import { momentWords } from "../times.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { IncidentPage } from "./IncidentPage.tsx";
import { NewBroadcast } from "./NewBroadcast.tsx";
import { NewIncident } from "./NewIncident.tsx";
import { Sent } from "./Sent.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

const EVERY = 5_000;
const LEAD = ["supervisor", "admin"];

export function Many({ route, now }: { route: Route; now: number }) {
  const { login } = useConsole();
  const leads = login.roles.some((role) => LEAD.includes(role));
  return route.reference
    ? <IncidentPage key={route.reference} id={route.reference} route={route} leads={leads} now={now} />
    : <ManyList route={route} leads={leads} now={now} />;
}

function ManyList({ route, leads, now }: { route: Route; leads: boolean; now: number }) {
  const { hub, say, complain } = useConsole();
  const [incidents, setIncidents] = useState<Incident[] | null>(null);
  const [broadcasts, setBroadcasts] = useState<Broadcast[]>([]);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const ask = usePolled(async (isCurrent) => {
    try {
      const [found, sent] = await Promise.all([hub.incidents(), leads ? hub.broadcasts() : []]);
      if (!isCurrent()) return;
      setIncidents(found);
      setBroadcasts(sent);
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, EVERY, String(leads));
  const over = async (id: string) => {
    try {
      await hub.endIncident(id);
      say(t("incident.is_over"));
    } catch (error) {
      complain(troubleOf(error));
    }
    ask();
  };
  return (
    <section class="late-list" aria-labelledby="many-title">
      <header><h2 id="many-title">{t("view.many")}</h2><NewIncident leads={leads} changed={ask} /></header>
      {trouble && <TroubleNote trouble={trouble} />}
      {!incidents && !trouble && <p class="quiet" role="status">{t("loading")}</p>}
      {incidents && (
        <section class="card" aria-labelledby="many-incidents">
          <h3 id="many-incidents">{t("many.incidents")}</h3>
          {!incidents.length && <p class="quiet">{t("many.nothing")}</p>}
          <ul class="tasks">
            {incidents.map((one) => (
              <li key={one.id}>
                <p><a href={hashOf({ ...route, reference: one.id })}><strong>{one.title}</strong></a> <span class="due">{tWord("incident", one.status)} · {momentWords(one.opened_at, now)}</span></p>
                <p class="about">{Object.values(one.notice)[0] ?? ""}</p>
                <p class="quiet">{t("many.linked", { n: one.linked })}</p>
                {one.status === "open" && <button type="button" onClick={() => void over(one.id)}>{t("incident.over")}</button>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {incidents && leads && (
        <section class="card" aria-labelledby="many-broadcasts">
          <h3 id="many-broadcasts">{t("many.broadcasts")}</h3>
          <NewBroadcast incidents={incidents} changed={ask} />
          {!broadcasts.length && <p class="quiet">{t("many.nothing")}</p>}
          <ul class="tasks">
            {broadcasts.map((one) => <Sent key={one.progress.id} title={one.title} at={one.created_at} progress={one.progress} leads={leads} now={now} changed={ask} />)}
          </ul>
        </section>
      )}
    </section>
  );
}
