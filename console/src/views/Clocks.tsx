// The clocks of a case: what is due, how much counted time is left, and how the deadline came to be.

import { useEffect, useState } from "preact/hooks";
import type { Case, ClockExplained, Stretch } from "../api/types.ts";
import { countedSecondsLeft, isRunning, widths } from "../clocks.ts";
import { useConsole } from "../console.ts";
import { t, tWord, type Key } from "../texts.ts";
import { clockTime, dayWords, kindOfClock, momentWords, spanWords, urgencyOf } from "../times.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { TroubleNote } from "./TroubleNote.tsx";

export function Clocks({ one, now }: { one: Case; now: number }) {
  const { hub } = useConsole();
  const [clocks, setClocks] = useState<ClockExplained[]>([]);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const running = one.clocks.map((clock) => `${clock.name}${clock.due_at}${clock.level}${clock.paused_by ?? ""}`).join();
  useEffect(() => {
    let left = false;
    hub.explanation(one.reference).then(
      (found) => { if (!left) { setClocks(found); setTrouble(null); } },
      (error: unknown) => { if (!left) setTrouble(troubleOf(error)); },
    );
    return () => { left = true; };
  }, [one.reference, running]);
  const shown = clocks.filter((clock) => one.clocks.some((each) => each.name === clock.name));
  return (
    <section class="card clocks" aria-labelledby="clocks-title">
      <h3 id="clocks-title">{t("clocks.title")}</h3>
      {trouble && <TroubleNote trouble={trouble} />}
      {!one.clocks.length && <p class="quiet">{t(one.status === "open" ? "clocks.none" : "clocks.closed")}</p>}
      {shown.map((clock) => <ClockView key={clock.name} clock={clock} now={now} />)}
    </section>
  );
}

function ClockView({ clock, now }: { clock: ClockExplained; now: number }) {
  const urgency = clock.paused_by ? "none" : urgencyOf(clock.due_at, now);
  const left = countedSecondsLeft(clock, now) * 1000;
  const late = Date.parse(clock.due_at) <= now;
  return (
    <div class={`clock ${urgency}`} data-clock={clock.name}>
      <p class="clock-name">{t(`clock.${kindOfClock(clock.name)}` as Key)}</p>
      <p class="clock-due">
        {clock.paused_by ? t("clocks.paused", { why: tWord("pause", clock.paused_by) })
          : late ? t("clocks.late", { span: spanWords(now - Date.parse(clock.due_at)) })
          : clock.within_seconds === null ? t("clocks.left_plain", { span: spanWords(Date.parse(clock.due_at) - now) })
          : t("clocks.left", { span: spanWords(left) })}
      </p>
      {!clock.paused_by && <p class="quiet">{t("clocks.due_at", { when: momentWords(clock.due_at, now) })}</p>}
      <details class="folded explanation">
        <summary>{t("clocks.why")}</summary>
        <Bar stretches={clock.stretches} now={now} />
        <ol class="stretches">
          <li class="point">{t("clocks.started", { when: momentWords(clock.started_at, now) })}</li>
          {clock.stretches.map((one) => <StretchView key={one.start} one={one} now={now} />)}
          <li class="point due">{t("clocks.due_at", { when: momentWords(clock.due_at, now) })}</li>
        </ol>
        {clock.next_steps.length > 0 && (
          <>
            <h4>{t("clocks.next")}</h4>
            <ol class="steps">
              {clock.next_steps.map((step) => (
                <li key={step.level} class={step.late ? "late" : ""}>{tWord("step", step.action)} <span class="quiet">{momentWords(step.at, now)}</span></li>
              ))}
            </ol>
          </>
        )}
        <p class="quiet">
          {clock.within_seconds !== null && `${t("clocks.within", { span: spanWords(clock.within_seconds * 1000) })} `}
          {t("clocks.by", { policy: clock.policy, calendar: clock.calendar, version: clock.version.replace(/^0+/, "") })}
        </p>
      </details>
    </div>
  );
}

function Bar({ stretches, now }: { stretches: Stretch[]; now: number }) {
  const shares = widths(stretches);
  return (
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      {stretches.map((one, at) => {
        const x = shares.slice(0, at).reduce((sum, share) => sum + share, 0);
        return <rect key={one.start} class={`${one.counted_seconds ? "counts" : "stands"}${isRunning(one, now) ? " running" : ""}`} x={x} y="0" width={shares[at]} height="6" />;
      })}
    </svg>
  );
}

function StretchView({ one, now }: { one: Stretch; now: number }) {
  const counts = one.counted_seconds > 0;
  const days = dayWords(one.start, now) === dayWords(one.end, now) ? clockTime(one.end) : momentWords(one.end, now);
  return (
    <li class={`${counts ? "counts" : "stands"}${isRunning(one, now) ? " running" : ""}`}>
      <span>{momentWords(one.start, now)} – {days}</span>
      <span class="quiet">
        {counts ? t("clocks.counted", { span: spanWords(one.counted_seconds * 1000) }) : tWord("stands", one.reason ?? "closed")}
        {one.closed_days.length > 0 && ` (${one.closed_days.join(", ")})`}
      </span>
    </li>
  );
}
