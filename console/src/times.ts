// Instants and spans in words. `now` is an argument everywhere: what is shown grows older while one looks.

import { t, type Key, locale as ours } from "./texts.ts";

export type Urgency = "late" | "soon" | "later" | "none";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const SOON = HOUR;

export function urgencyOf(dueAt: string | null, now: number, soon = SOON): Urgency {
  if (!dueAt) return "none";
  const left = Date.parse(dueAt) - now;
  return left <= 0 ? "late" : left <= soon ? "soon" : "later";
}

// "45 min", "3 h 20 min", "2 days": no finer than one needs to decide.
export function spanParts(milliseconds: number): [Key, number][] {
  const span = Math.abs(milliseconds);
  if (span < MINUTE) return [["span.seconds", Math.round(span / 1000)]];
  const minutes = Math.floor(span / MINUTE);
  if (span < HOUR) return [["span.minutes", minutes]];
  if (span < 6 * HOUR && minutes % 60 >= 5) return [["span.hours", Math.floor(minutes / 60)], ["span.minutes", minutes % 60]];
  if (span < 2 * DAY) return [["span.hours", Math.floor(span / HOUR)]];
  return [["span.days", Math.floor(span / DAY)]];
}

export function spanWords(milliseconds: number): string {
  return spanParts(milliseconds).map(([key, n]) => t(key, { n })).join(" ");
}

export function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

export function clockTime(instant: string | number, language = ours): string {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

export function dayWords(instant: string | number, now: number, language = ours): string {
  const at = new Date(instant).getTime();
  if (sameDay(at, now)) return t("day.today");
  if (sameDay(at, now - DAY)) return t("day.yesterday");
  if (sameDay(at, now + DAY)) return t("day.tomorrow");
  const near = Math.abs(at - now) < 6 * DAY;
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(language, { weekday: near ? "long" : "short", day: "numeric", month: "short", ...year }).format(at);
}

export function momentWords(instant: string, now: number): string {
  return `${dayWords(instant, now)}, ${clockTime(instant)}`;
}

// As short as a list needs it: the time today, else the day.
export function shortMoment(instant: string, now: number, language = ours): string {
  const at = Date.parse(instant);
  if (sameDay(at, now)) return clockTime(at);
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }).format(at);
}

export function fullMoment(instant: string, language = ours): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" }).format(new Date(instant));
}

// `clock`: which wait it is, where it is known.
export function dueWords(dueAt: string | null, now: number, clock: string | null = null): string {
  if (!dueAt) return t("due.nothing");
  const left = Date.parse(dueAt) - now;
  const span = spanWords(left);
  const what = t(`clock.${kindOfClock(clock)}` as Key);
  if (left <= 0) return t("due.late", { what, span });
  if (left < 6 * HOUR) return t("due.in", { what, span });
  return t("due.at", { what, when: momentWords(dueAt, now) });
}

const KINDS = ["first_response", "next_response", "resolution", "update", "legal", "promise", "hand_over", "call_back", "letter"];

// The clock of a promise is named `promise:<id>`, that of a task `call_back:<id>`.
export function kindOfClock(name: string | null): string {
  const kind = name?.split(":")[0] ?? "";
  return KINDS.includes(kind) ? kind : "any";
}
