// For who leads: what is late and what will be, team by team, each case one click away.

import { useState } from "preact/hooks";
import type { Page } from "../api/hub.ts";
import type { CaseInList, Step } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { casesUpTo, isBeyond, lateAndSoon } from "../lists.ts";
import { hashOf, type Route } from "../route.ts";
import { t, tWord, type Key } from "../texts.ts";
import { dueWords, kindOfClock, momentWords } from "../times.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { Icon } from "./Icon.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

const EVERY = 10_000;
const HOURS = [2, 8, 24, 72];
// As many as the API gives at once, of cases and of steps.
const PAGE = 100;
const MOST_STEPS = 500;

interface Told {
  page: Page<CaseInList>;
  steps: Step[];
}

export function Late({ route, now }: { route: Route; now: number }) {
  const { hub, teams } = useConsole();
  const [told, setTold] = useState<Record<string, Told>>({});
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [hours, setHours] = useState(8);
  // How many cases of a team are looked at, where it is more than a page.
  const [sizes, setSizes] = useState<Record<string, number>>({});
  usePolled(async (isCurrent) => {
    try {
      await Promise.all(teams.map(async (team) => {
        const cases = (cursor: string | null) => hub.cases({ kind: "team", team }, cursor, PAGE);
        const [page, steps] = await Promise.all([
          casesUpTo(sizes[team] ?? PAGE, cases, (items) => isBeyond(items, Date.now(), hours)), hub.steps(team, hours),
        ]);
        if (isCurrent()) setTold((before) => ({ ...before, [team]: { page, steps } }));
      }));
      if (isCurrent()) setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, EVERY, `${teams.join()}/${hours}/${JSON.stringify(sizes)}`);
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
      {trouble && <TroubleNote trouble={trouble} />}
      {teams.map((team) => <Team key={team} team={team} told={told[team]} hours={hours} route={route} now={now} more={() => setSizes((before) => ({ ...before, [team]: (before[team] ?? PAGE) + PAGE }))} />)}
    </section>
  );
}

interface TeamShown {
  team: string;
  told: Told | undefined;
  hours: number;
  route: Route;
  now: number;
  more: () => void;
}

function Team({ team, told, hours, route, now, more }: TeamShown) {
  const { nameOf } = useConsole();
  const { late, soon, lateAll, soonAll } = lateAndSoon(told?.page ?? { items: [], next: null }, now, hours);
  // Beyond the steps that the API foresees nobody knows what happens next.
  const noStep = (told?.steps.length ?? 0) < MOST_STEPS ? "—" : t("late.not_foreseen");
  return (
    <section class="card team" aria-labelledby={`team-${team}`}>
      <h3 id={`team-${team}`}>
        {team} {told && <span class={`count ${late.length ? "late" : "none"}`}>{t(lateAll ? "late.late" : "late.late_at_least", { n: late.length })}</span>}
        {told && lateAll && <span class={`count ${soon.length ? "soon" : "none"}`}>{t(soonAll ? "late.soon" : "late.soon_at_least", { n: soon.length })}</span>}
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
                    <td>{step ? `${tWord("step", step.action)} · ${t(`clock.${kindOfClock(step.clock)}` as Key)} · ${momentWords(step.at, now)}` : noStep}</td>
                    <td>{one.assignee ? nameOf(one.assignee) : t("row.nobody")}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {!soonAll && <button type="button" class="more" onClick={more}>{t("late.more")}</button>}
    </section>
  );
}
