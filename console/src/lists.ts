// The order of cases, and what is new in a list.

import type { Page } from "./api/hub.ts";
import type { CaseInList, Customer } from "./api/types.ts";

// The earliest deadline first, what no clock runs for last and there the newest first.
export function byUrgency(cases: readonly CaseInList[]): CaseInList[] {
  return [...cases].sort((one, other) => {
    if (one.deadline_at && other.deadline_at) return Date.parse(one.deadline_at) - Date.parse(other.deadline_at);
    if (one.deadline_at || other.deadline_at) return one.deadline_at ? -1 : 1;
    return Date.parse(other.last_activity_at) - Date.parse(one.last_activity_at);
  });
}

// Whoever waits in a case of which the list did not know, or has written again. `before`: null for the first look.
export function newlyWaiting(before: readonly CaseInList[] | null, after: readonly CaseInList[]): CaseInList[] {
  if (!before) return [];
  const known = new Map(before.map((one) => [one.id, Date.parse(one.last_activity_at)]));
  return after.filter((one) => one.awaiting_since && (known.get(one.id) ?? 0) < Date.parse(one.last_activity_at));
}

const leftUntil = (one: CaseInList, now: number) => (one.deadline_at ? Date.parse(one.deadline_at) - now : Infinity);
const isDue = (one: CaseInList, now: number, hours: number) => leftUntil(one, now) <= hours * 3_600_000;

// What is past its deadline, and what will be within so many hours; each in order of urgency. `page` is the beginning of
// a team's list: `lateAll` and `soonAll` say whether there is no more of it than what is in it.
export function lateAndSoon(page: Page<CaseInList>, now: number, hours: number) {
  const due = byUrgency(page.items).filter((one) => isDue(one, now, hours));
  const late = due.filter((one) => leftUntil(one, now) <= 0);
  const soon = due.filter((one) => leftUntil(one, now) > 0);
  const whole = page.next === null || page.items.length > due.length;
  return { late, soon, lateAll: whole || soon.length > 0, soonAll: whole };
}

// Whether a list by urgency has come to what is due later, so that no page of it has to be asked for.
export const isBeyond = (cases: readonly CaseInList[], now: number, hours: number) => {
  const last = cases.at(-1);
  return last !== undefined && !isDue(last, now, hours);
};

// The case of a customer that one wants to see: an open one, else the newest; null for nobody.
export function newestCase(customer: Pick<Customer, "cases"> | null): string | null {
  const open = customer?.cases.find((one) => one.status === "open");
  return (open ?? customer?.cases[0])?.reference ?? null;
}

// Page after page until there are `size` of them, or enough. What moves from one page to the next meanwhile is there once.
export async function casesUpTo(
  size: number, page: (cursor: string | null) => Promise<Page<CaseInList>>, isEnough = (_page: readonly CaseInList[]) => false,
): Promise<Page<CaseInList>> {
  const found = new Map<string, CaseInList>();
  let next: string | null = null;
  do {
    const more: Page<CaseInList> = await page(next);
    for (const one of more.items) found.set(one.id, one);
    next = more.next;
    if (isEnough(more.items)) break;
  } while (next && found.size < size);
  return { items: [...found.values()], next };
}

// Of the references that were chosen those that still stand in the list.
export function stillListed(chosen: readonly string[], listed: readonly Pick<CaseInList, "reference">[]): string[] {
  return chosen.filter((reference) => listed.some((one) => one.reference === reference));
}
