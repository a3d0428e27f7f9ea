// The order of cases, and what is new in a list.

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

// What is past its deadline, and what will be within so many hours; each in order of urgency.
export function lateAndSoon(cases: readonly CaseInList[], now: number, hours: number) {
  const due = byUrgency(cases).filter((one) => one.deadline_at !== null);
  const left = (one: CaseInList) => Date.parse(one.deadline_at ?? "") - now;
  return {
    late: due.filter((one) => left(one) <= 0),
    soon: due.filter((one) => left(one) > 0 && left(one) <= hours * 3_600_000),
  };
}

// The case of a customer that one wants to see: an open one, else the newest; null for nobody.
export function newestCase(customer: Pick<Customer, "cases"> | null): string | null {
  const open = customer?.cases.find((one) => one.status === "open");
  return (open ?? customer?.cases[0])?.reference ?? null;
}
