// For who leads: what is late and what will be, team by team, each case one click away.

import { useState } from "preact/hooks";
import type { CaseInList, Step } from "../api/types.ts";
import { problemWords, useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { lateAndSoon } from "../lists.ts";
import { hashOf, type Route } from "../route.ts";
import { t, tWord, type Key } from "../texts.ts";
import { dueWords, kindOfClock, momentWords } from "../times.ts";
import { Icon } from "./Icon.tsx";

const EVERY = 10_000;
const HOURS = [2, 8, 24, 72];

interface Told {
  cases: CaseInList[];
  steps: Step[];
}

export function Late({ route, now }: { route: Route; now: number }) {
  const { hub, teams } = useConsole();
  const [told, setTold] = useState<Record<string, Told>>({});
  const [trouble, setTrouble] = useState("");
  const [hours, setHours] = useState(8);
  usePolled(async (isCurrent) => {
    try {
      await Promise.all(teams.map(async (team) => {
        const [page, steps] = await Promise.all([hub.cases({ kind: "team", team }, null, 100), hub.steps(team, hours)]);
        if (isCurrent()) setTold((before) => ({ ...before, [team]: { cases: page.items, steps } }));
      }));
      if (isCurrent()) setTrouble("");
    } catch (error) {
      if (isCurrent()) setTrouble(problemWords(error));
    }
  }, EVERY, `${teams.join()}/${hours}`);
  return (
    <section class="late-list" aria-labelledby="late-title">
      <header>
        <h2 id="late-title">{t("view.late")}</h2>
        <label class="inline">{t("late.within")}
          <select value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
            {HOURS.map((each) => <option key={each} value={each}>{t("span.hours", { n: each })}</option>)}
          </select>
        </label>
      </header>
      {trouble && <p class="trouble" role="alert">{trouble}</p>}
      {teams.map((team) => <Team key={team} team={team} told={told[team]} hours={hours} route={route} now={now} />)}
    </section>
  );
}

interface TeamShown {
  team: string;
  told: Told | undefined;
  hours: number;
  route: Route;
  now: number;
}

function Team({ team, told, hours, route, now }: TeamShown) {
  const { nameOf } = useConsole();
  const { late, soon } = lateAndSoon(told?.cases ?? [], now, hours);
  return (
    <section class="card team" aria-labelledby={`team-${team}`}>
      <h3 id={`team-${team}`}>
        {team} {told && <span class={`count ${late.length ? "late" : "none"}`}>{t("late.late", { n: late.length })}</span>}
        {told && <span class={`count ${soon.length ? "soon" : "none"}`}>{t("late.soon", { n: soon.length })}</span>}
      </h3>
      {!told && <p class="quiet" role="status">{t("loading")}</p>}
      {told && !late.length && !soon.length && <p class="quiet">{t("late.nothing")}</p>}
      {late.length + soon.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-labelledby={`team-${team}`}>
          <table>
            <thead><tr><th scope="col">{t("late.case")}</th><th scope="col">{t("late.due")}</th><th scope="col">{t("late.next")}</th><th scope="col">{t("late.who")}</th></tr></thead>
            <tbody>
              {[...late, ...soon].map((one) => {
                const step = told?.steps.find((each) => each.reference === one.reference);
                return (
                  <tr key={one.id} class={late.includes(one) ? "late" : "soon"}>
                    <th scope="row">
                      <a href={hashOf({ view: "late", team, reference: one.reference })} aria-current={route.reference === one.reference ? "true" : undefined}>
                        <Icon name={one.channel} label={tWord("channel", one.channel)} /><bdi>{one.subject || t("row.no_subject")}</bdi> <bdi class="quiet">{one.customer_name ?? ""}</bdi> <code>{one.reference}</code>
                      </a>
                    </th>
                    <td>{dueWords(one.deadline_at, now, one.next_clock)}</td>
                    <td>{step ? `${tWord("step", step.action)} · ${t(`clock.${kindOfClock(step.clock)}` as Key)} · ${momentWords(step.at, now)}` : "—"}</td>
                    <td>{one.assignee ? nameOf(one.assignee) : t("row.nobody")}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
