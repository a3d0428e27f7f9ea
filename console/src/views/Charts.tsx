// What was counted as charts: how much there was, how long customers waited, what was late and lost, what it cost.

import { byFigure, byPart, casesBehind, ofAllParts, sharesOf, totalOf, type Charted, type Filters, type Report, type Span } from "../reports.ts";
import { hashOf } from "../route.ts";
import { locale, t, tWord } from "../texts.ts";
import { spanWords } from "../times.ts";
import { Chart } from "./Chart.tsx";

export const REPORTS = [
  "volumes", "cases", "times", "deadlines", "promises", "escalations", "satisfaction", "deliveries", "costs", "customers",
] as const;
export type Name = (typeof REPORTS)[number];
const NONE = { name: "", values: [] };

const number = (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);
const percent = (value: number) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value);
const time = (seconds: number) => (seconds ? spanWords(seconds * 1_000) : "0");
const sum = (charted: Charted) => charted.series.reduce((all, one) => all + totalOf(one), 0);

interface Shown {
  reports: Record<Name, Report>;
  span: Span;
  filters: Filters;
  // Whose list of deadlines is shown where no team is chosen.
  team: string;
  download: (report: Name) => void;
}

export function Charts({ reports, span, filters, team, download }: Shown) {
  const { volumes, cases, times, deadlines, promises, escalations, satisfaction, deliveries, costs, customers } = reports;
  const money = (value: number) => `${number(value)} ${costs.currency ?? ""}`.trim();
  const figure = (one: string) => tWord("figure", one);
  const channel = (one: string) => tWord("channel", one);
  const received = byPart(volumes, "received");
  const settled = byFigure(promises, ["kept", "kept_late", "broken"]);
  const scores = byFigure(satisfaction, ["score_1", "score_2", "score_3", "score_4", "score_5"]);
  const met = ofAllParts(deadlines, ["met", "missed"]);
  const ofEach = sharesOf(deadlines, "met", ["met", "missed"]).map(({ name, share }) => `${tWord("clock", name)} ${percent(share)}`);
  const shares = [`${t("report.deadlines_all")} ${percent(totalOf(met.series[0] ?? NONE) / Math.max(1, sum(met)))}`, ...ofEach].join(", ");
  const steps = byPart(escalations, "steps");
  const lost = byPart(deliveries, "lost");
  const sent = totalOf(ofAllParts(deliveries, ["sent"]).series[0] ?? NONE);
  const perContact = byFigure(customers, ["cost_per_contact", ...(filters.channel ? [] : ["cost_per_customer"])]);
  const contacts = totalOf(byFigure(customers, ["contacts"]).series[0] ?? NONE);
  const spent = sum(byPart(costs, "cost"));
  const perOne = t("report.per_contact_each", { cost: money(spent), n: number(contacts), each: money(contacts ? spent / contacts : 0) });
  const common = { unit: "number" as const, valueOf: number, periodOf: (period: string) => periodWords(period, span) };
  const mix = received.series.map((one) => `${channel(one.name)} ${percent(totalOf(one) / Math.max(1, sum(received)))}`).join(", ");
  const hrefOf = (report: "volumes" | "costs" | "cases") => (name: string, period: string) => {
    const only = casesBehind(report, name, period, { span, filters, zone: volumes.zone });
    return only && hashOf({ view: "find", team: "", reference: null, words: "", only });
  };
  const late = <a href={hashOf({ view: "late", team: filters.team || team, reference: null })}>{t("report.late_now")}</a>;
  const [low, , , , high] = scores.series;
  const rated = sum(scores);
  const stars = scores.series.reduce((all, one, at) => all + totalOf(one) * (at + 1), 0);
  return (
    <div class="charts">
      <Chart {...common} id="chart-volumes" title={t("report.volumes")} charted={received} kind="bars" nameOf={channel} summary={t("report.volumes_sum", { n: number(sum(received)), mix })} hrefOf={hrefOf("volumes")} leads={t("report.leads_to_channel")} download={() => download("volumes")} />
      <Chart {...common} id="chart-cases" title={t("report.cases")} charted={byFigure(cases, ["opened", "resolved", "reopened", "backlog"])} kind="lines" nameOf={figure} summary={t("report.cases_sum", { n: cases.rows.at(-1)?.figures["backlog"] ?? 0 })} hrefOf={hrefOf("cases")} leads={t(filters.kind || filters.channel ? "report.leads_to_cases" : "report.leads_to_open")} download={() => download("cases")} />
      {(["first_response", "next_response", "resolution"] as const).map((wait) => (
        <Chart key={wait} {...common} id={`chart-${wait}`} title={t(`report.${wait}`)} charted={byFigure(times, wait === "resolution" ? ["wall_p50", "wall_p90"] : ["business_p50", "business_p90"], wait)} kind="lines" unit="time" nameOf={figure} valueOf={time} summary={t("report.times_sum", { n: number(totalOf(byFigure(times, ["count"], wait).series[0] ?? NONE)) })} download={() => download("times")} />
      ))}
      <Chart {...common} id="chart-deadlines" title={t("report.deadlines")} charted={met} kind="bars" nameOf={figure} summary={t("report.deadlines_sum", { shares })} also={late} download={() => download("deadlines")} />
      <Chart {...common} id="chart-escalations" title={t("report.escalations")} charted={steps} kind="bars" nameOf={(level) => t("report.level", { level })} summary={t("report.escalations_sum", { n: number(sum(steps)) })} nothing={t("report.no_escalations")} also={late} download={() => download("escalations")} />
      <Chart {...common} id="chart-promises" title={t("report.promises")} charted={settled} kind="bars" nameOf={figure} summary={t("report.promises_sum", { share: percent(sum(settled) ? totalOf(settled.series[0] ?? NONE) / sum(settled) : 0) })} download={() => download("promises")} />
      <Chart {...common} id="chart-satisfaction" title={t("report.satisfaction")} charted={low && high ? scores : { periods: [], series: [] }} kind="bars" nameOf={figure} summary={t("report.satisfaction_sum", { n: number(rated), mean: number(rated ? stars / rated : 0) })} download={() => download("satisfaction")} />
      <Chart {...common} id="chart-deliveries" title={t("report.deliveries")} charted={lost} kind="bars" nameOf={channel} summary={t("report.deliveries_sum", { n: number(sum(lost)), sent: number(sent), share: percent(sent ? sum(lost) / sent : 0) })} nothing={sent ? t("report.none_lost", { sent: number(sent) }) : undefined} download={() => download("deliveries")} />
      {costs.currency
        ? <>
          <Chart {...common} id="chart-per-contact" title={t("report.per_contact")} charted={perContact} kind="lines" nameOf={figure} valueOf={money} summary={perOne} download={() => download("customers")} />
          <Chart {...common} id="chart-costs" title={t("report.costs")} charted={byPart(costs, "cost")} kind="bars" nameOf={channel} valueOf={money} summary={t("report.per_contact_sum", { cost: money(spent) })} hrefOf={hrefOf("costs")} leads={t("report.leads_to_channel")} download={() => download("costs")} />
        </>
        : <section class="card chart"><h3>{t("report.per_contact")}</h3><p class="quiet">{t("report.no_costs")}</p></section>}
    </div>
  );
}

// Noon, so that no time zone makes another day of it.
function periodWords(period: string, span: Span): string {
  const shown = span.group === "month" ? ({ month: "short", year: "2-digit" } as const) : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(locale, shown).format(new Date(`${period}T12:00:00`));
}
