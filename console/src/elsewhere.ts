// What else of a customer is open besides the case that one answers in, and what they were promised there.

import type { Case, CaseInList, Customer, LivePromise } from "./api/types.ts";

export interface OpenElsewhere {
  one: CaseInList;
  promises: LivePromise[];
}

export function openElsewhere(customer: Customer | null, here: Pick<Case, "id">): OpenElsewhere[] {
  if (!customer) return [];
  const promisesOf = (one: CaseInList) => customer.live_promises.filter((promise) => promise.case === one.reference);
  return customer.cases
    .filter((one) => one.id !== here.id)
    .map((one) => ({ one, promises: promisesOf(one) }))
    .filter(({ one, promises }) => one.status === "open" || promises.length > 0);
}
