// From the rows of a report to what a chart draws, and to the cases behind it. No words, no pixels.

import type { Only } from "./route.ts";

export interface ReportRow {
  // The first day of the period, as `2026-11-23`.
  period: string;
  by: string | null;
  figures: Record<string, number | null>;
}

export interface Report {
  report: string;
  zone: string;
  currency: string | null;
  by: string | null;
  rows: ReportRow[];
}

export interface Series {
  name: string;
  values: (number | null)[];
}

export interface Charted {
  periods: string[];
  series: Series[];
}

export type Group = "day" | "week" | "month";

export interface Span {
  since: string;
  until: string;
  group: Group;
}

// "" for all of them.
export interface Filters {
  team: string;
  kind: string;
  channel: string;
}

export function asQuery(span: Span, filters: Filters): string {
  const chosen = Object.entries(filters).filter(([, value]) => value);
  return new URLSearchParams({ since: span.since, until: span.until, group: span.group, ...Object.fromEntries(chosen) }).toString();
}

export const SPANS = ["7", "30", "84", "365"] as const;
export type SpanName = (typeof SPANS)[number];
const GROUPS: Record<SpanName, Group> = { "7": "day", "30": "day", "84": "week", "365": "month" };
const DAY = 86_400_000;

const dayOf = (at: number) => {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

// The last days up to and with today.
export function spanOf(name: SpanName, now: number): Span {
  const noon = new Date(now).setHours(12, 0, 0, 0);
  return { since: dayOf(noon - (Number(name) - 1) * DAY), until: dayOf(noon + DAY), group: GROUPS[name] };
}

const periodsIn = (rows: ReportRow[]) => [...new Set(rows.map((row) => row.period))].sort();

// One line for each figure, of the rows of one `by` (null where the report is of all together).
export function byFigure(report: Report, figures: string[], by: string | null = null): Charted {
  const rows = report.rows.filter((row) => row.by === by);
  const at = new Map(rows.map((row) => [row.period, row.figures]));
  const periods = periodsIn(report.rows);
  return { periods, series: figures.map((name) => ({ name, values: periods.map((day) => at.get(day)?.[name] ?? null) })) };
}

// The same of all parts together: how many deadlines were met, whichever the clock.
export function ofAllParts(report: Report, figures: string[]): Charted {
  const periods = periodsIn(report.rows);
  const sumOf = (name: string, period: string) =>
    report.rows.filter((row) => row.period === period).reduce((sum, row) => sum + (row.figures[name] ?? 0), 0);
  return { periods, series: figures.map((name) => ({ name, values: periods.map((period) => sumOf(name, period)) })) };
}

// Of each part for which there is any of `whole`, how much of it `part` is, over all periods.
export function sharesOf(report: Report, part: string, whole: string[]): { name: string; share: number }[] {
  const names = [...new Set(report.rows.map((row) => row.by ?? ""))];
  return names.flatMap((name) => {
    const total = (figures: string[]) => report.rows
      .filter((row) => (row.by ?? "") === name)
      .reduce((sum, row) => sum + figures.reduce((all, figure) => all + (row.figures[figure] ?? 0), 0), 0);
    return total(whole) ? [{ name, share: total([part]) / total(whole) }] : [];
  });
}

// One line for each channel, clock or level, of one figure. Where there was never anything of it, it is left out.
export function byPart(report: Report, figure: string): Charted {
  const periods = periodsIn(report.rows);
  const parts = [...new Set(report.rows.map((row) => row.by ?? ""))].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  const series = parts.map((name) => {
    const at = new Map(report.rows.filter((row) => row.by === name).map((row) => [row.period, row.figures[figure] ?? null]));
    return { name, values: periods.map((day) => at.get(day) ?? null) };
  });
  return { periods, series: series.filter((one) => one.values.some((value) => value)) };
}

// `unit`: an answer within no time, in business time, was measured all the same.
export const isEmpty = (charted: Charted, unit: "number" | "time" = "number") =>
  charted.series.every((one) => one.values.every((value) => (unit === "time" ? value === null : !value)));

export const totalOf = (series: Series) => series.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

// Round steps from 0 to at least `highest`: 1, 2 or 5 times a power of ten; of times in seconds, what clocks show.
const CLOCK_STEPS = [1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800, 1_209_600];

export function ticks(highest: number, unit: "number" | "time" = "number"): number[] {
  if (highest <= 0) return [0, 1];
  const wanted = highest / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const round = [1, 2, 5, 10].map((step) => step * power).find((step) => step >= wanted) ?? 10 * power;
  const step = unit === "time" ? CLOCK_STEPS.find((one) => one >= wanted) ?? round : round;
  const found = [0];
  while ((found.at(-1) ?? 0) < highest) found.push(Number(((found.at(-1) ?? 0) + step).toPrecision(12)));
  return found;
}

// Of bars that stand on each other: where each begins and ends.
export function stacked(charted: Charted): { from: number; to: number }[][] {
  const heights = charted.periods.map(() => 0);
  return charted.series.map((one) => one.values.map((value, at) => {
    const from = heights[at] ?? 0;
    heights[at] = from + (value ?? 0);
    return { from, to: heights[at] ?? 0 };
  }));
}

export const highest = (charted: Charted, stack: boolean) => stack
  ? Math.max(0, ...charted.periods.map((_, at) => charted.series.reduce((sum, one) => sum + (one.values[at] ?? 0), 0)))
  : Math.max(0, ...charted.series.flatMap((one) => one.values.map((value) => value ?? 0)));

const shifted = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

// The first and the last day of a period, as far as the report is of it.
export function daysOf(period: string, span: Span): { since: string; until: string } {
  const [year = 0, month = 0] = period.split("-").map(Number);
  const monthEnds = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  const last = { day: period, week: shifted(period, 6), month: monthEnds }[span.group];
  const end = shifted(span.until, -1);
  return { since: period < span.since ? span.since : period, until: last > end ? end : last };
}

// By what the cases behind a figure are listed (docs/reports.md says which that are); null where they cannot be.
export function casesBehind(report: "volumes" | "costs" | "cases", name: string, period: string, of: { span: Span; filters: Filters; zone: string }): Only | null {
  const { span, filters, zone } = of;
  const among = Object.fromEntries(Object.entries(filters).filter(([, value]) => value));
  const opened = { ...among, ...daysOf(period, span), zone };
  if (report !== "cases") return { ...opened, channel: name };
  if (name === "opened") return filters.kind || filters.channel ? opened : null;
  return name === "backlog" && daysOf(period, span).until === shifted(span.until, -1) ? { ...among, status: "open" } : null;
}
