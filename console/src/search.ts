// What somebody looks for everywhere, and how what was found is shown.

import { asReference, isContactPoint, type Only } from "./route.ts";

export type Sought = { kind: "nothing" } | { kind: "case"; reference: string } | { kind: "address" | "words"; words: string };

// By what was typed one sees what is meant. An address or a number is also looked for in messages, like words.
export function soughtBy(typed: string): Sought {
  const words = typed.trim();
  if (!words) return { kind: "nothing" };
  const reference = asReference(words);
  if (reference) return { kind: "case", reference };
  return { kind: isContactPoint(words) ? "address" : "words", words };
}

export interface Piece {
  text: string;
  found: boolean;
}

// Cuts a text into what was found and what stands between. `found`: whole words, as they stand in the text.
export function marked(text: string, found: readonly string[]): Piece[] {
  const wanted = new Set(found);
  const pieces: Piece[] = [];
  for (const part of text.normalize("NFC").split(/([\p{L}\p{N}]+)/u)) {
    if (!part) continue;
    const last = pieces.at(-1);
    if (wanted.has(part)) pieces.push({ text: part, found: true });
    else if (last && !last.found) last.text += part;
    else pieces.push({ text: part, found: false });
  }
  return pieces;
}

// As the API asks by it while somebody types: the beginning of the last word is enough, from three letters on.
export function begun(typed: string): string {
  const sought = soughtBy(typed);
  if (sought.kind !== "words" || typed.endsWith(" ")) return typed.trim();
  return /[\p{L}\p{N}]{3}$/u.test(sought.words) ? `${sought.words}*` : sought.words;
}

const DAY = 86_400_000;

// The instant at which a day (`2026-11-23`) begins where it is `zone`; in the browser's where none is named.
export function startOf(day: string, zone?: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  let at = midnight;
  // Twice: the clocks may change between the first guess and midnight.
  for (let guess = 0; guess < 2; guess++) at = midnight - aheadOfUtc(at, zone);
  return new Date(at).toISOString();
}

function aheadOfUtc(at: number, zone?: string): number {
  const shown = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  }).formatToParts(at);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] =
    (["year", "month", "day", "hour", "minute", "second"] as const).map((name) => Number(shown.find((part) => part.type === name)?.value));
  return Date.UTC(year, month - 1, day, hour, minute, second) - at;
}

export const nextDay = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10);

// As the API has them: the end of a time is the instant behind its last day.
export function asFilters(only: Only): Record<string, string> {
  const { since, until, zone, ...others } = only;
  const time = { ...(since ? { since: startOf(since, zone) } : {}), ...(until ? { until: startOf(nextDay(until), zone) } : {}) };
  return Object.fromEntries(Object.entries({ ...others, ...time }).filter(([, value]) => value));
}

// Whether cases can be listed by it without a word.
export const listsCases = (only: Only) => Boolean(only.tag || only.kind || only.channel || only.status);
