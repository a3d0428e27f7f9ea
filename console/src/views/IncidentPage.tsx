// One thing that went wrong for many: the cases that belong to it, those that look like it, and the answer to all of them.

import { useState } from "preact/hooks";
import type { Incident, LinkedCase } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { hashOf, type Route } from "../route.ts";
import { languageName, t, tWord } from "../texts.ts";
import { momentWords } from "../times.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { AnswerIncident } from "./AnswerIncident.tsx";
import { Icon } from "./Icon.tsx";
import { LikelyCases } from "./LikelyCases.tsx";
import { Sent } from "./Sent.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

const EVERY = 5_000;

interface Shown {
  id: string;
  route: Route;
  leads: boolean;
  now: number;
}

export function IncidentPage({ id, route, leads, now }: Shown) {
  const { hub, say, complain } = useConsole();
  const [one, setOne] = useState<Incident | null>(null);
  const [linked, setLinked] = useState<LinkedCase[]>([]);
  const [more, setMore] = useState(false);
  const [pages, setPages] = useState(1);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const ask = usePolled(async (isCurrent) => {
    try {
      const found = await hub.incident(id);
      const cases: LinkedCase[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < pages && (page === 0 || cursor); page += 1) {
        const next: { items: LinkedCase[]; next: string | null } = await hub.linkedCases(id, cursor);
        cases.push(...next.items.filter((each) => each.state !== "removed"));
        cursor = next.next;
      }
      if (!isCurrent()) return;
      setOne(found);
      setLinked(cases);
      setMore(cursor !== null);
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, EVERY, `${id}/${pages}`);
  const act = async (deed: () => Promise<unknown>, done: string) => {
    try {
      await deed();
      say(done);
    } catch (error) {
      complain(troubleOf(error));
    }
    ask();
  };
  const lasts = one?.status === "open";
  return (
    <section class="late-list" aria-labelledby="incident-name">
      <header>
        <div>
          <a href={hashOf({ ...route, reference: null })}><Icon name="back" />{t("view.many")}</a>
          <h2 id="incident-name">{one?.title ?? t("loading")}</h2>
          {one && <p class="quiet">{tWord("incident", one.status)} · {momentWords(one.opened_at, now)} · {t("many.linked", { n: one.linked })}</p>}
        </div>
        {one && (
          <p class="buttons">
            {leads && one.linked > 0 && !one.answer && <AnswerIncident one={one} changed={ask} />}
            {lasts && <button type="button" onClick={() => void act(() => hub.endIncident(id), t("incident.is_over"))}>{t("incident.over")}</button>}
          </p>
        )}
      </header>
      {trouble && <TroubleNote trouble={trouble} />}
      {one && Object.keys(one.notice).length > 0 && (
        <dl class="facts">
          {Object.entries(one.notice).map(([code, text]) => <><dt>{languageName(code)}</dt><dd lang={code}>{text}</dd></>)}
          {one.inboxes.length > 0 && <><dt>{t("incident.inboxes")}</dt><dd>{one.inboxes.join(", ")}</dd></>}
        </dl>
      )}
      {one?.answer && (
        <section class="card" aria-labelledby="incident-answer">
          <h3 id="incident-answer">{t("incident.answer_to_all")}</h3>
          <ul class="tasks"><Sent title={one.title} at={null} progress={one.answer} leads={leads} now={now} changed={ask} /></ul>
        </section>
      )}
      {one && (
        <section class="card" aria-labelledby="incident-cases">
          <h3 id="incident-cases">{t("incident.cases")}</h3>
          {!linked.length && <p class="quiet">{t("incident.no_cases")}</p>}
          <ul class="tasks">
            {linked.map((each) => (
              <li key={each.id}>
                <p><a href={hashOf({ ...route, view: "find", words: "", reference: each.id })}><code>{each.id}</code></a> <span class="quiet">{one.answer ? became(each) : ""}</span></p>
                {lasts && <button type="button" aria-label={t("incident.take_out_of", { reference: each.id })} onClick={() => void act(() => hub.unlinkCase(id, each.id), t("incident.taken_out"))}>{t("incident.take_out")}</button>}
              </li>
            ))}
          </ul>
          {more && <button type="button" onClick={() => setPages(pages + 1)}>{t("inbox.more")}</button>}
        </section>
      )}
      {one && lasts && <LikelyCases key={id} one={one} route={route} now={now} changed={ask} />}
    </section>
  );
}

// Of the answer to a case.
function became({ state, reason, channel, delivery }: LinkedCase): string {
  if (state === "told") return [channel && tWord("channel", channel), delivery && tWord("delivery", delivery)].filter(Boolean).join(": ");
  return state === "left_out" ? t("send.left_out", { why: tWord("left_out", reason ?? "") }) : t("incident.waits");
}
