// The entries of a thread that are loaded: pages come newest first, what is shown is oldest first.

import type { Entry } from "./api/types.ts";

export interface Loaded {
  entries: Entry[];
  // The cursor of what is older; null when it is all here.
  older: string | null;
}

export const NOTHING: Loaded = { entries: [], older: null };

// A page of the newest, over what is there. Where it does not reach back to what is known, what lies between is not
// known either: it begins anew from this page.
export function withNewest(known: Loaded, page: readonly Entry[], next: string | null): Loaded {
  const ids = new Set(known.entries.map((one) => one.id));
  const reaches = next === null || page.some((one) => ids.has(one.id));
  if (!known.entries.length || !reaches) return { entries: [...page].reverse(), older: next };
  const merged = merge(known.entries, page);
  return merged === known.entries ? known : { entries: merged, older: known.older };
}

export function withOlder(known: Loaded, page: readonly Entry[], next: string | null): Loaded {
  return { entries: merge(known.entries, page), older: next };
}

function merge(known: Entry[], page: readonly Entry[]): Entry[] {
  const all = new Map(known.map((one) => [one.id, one]));
  let changed = false;
  for (const one of page) {
    const before = all.get(one.id);
    if (before && JSON.stringify(before) === JSON.stringify(one)) continue;
    all.set(one.id, one);
    changed = true;
  }
  return changed ? [...all.values()].sort((one, other) => (one.id < other.id ? -1 : 1)) : known;
}

// What somebody else said to or for the customer behind an entry: what an answer might overlook.
export function saidSince(entries: readonly Entry[], behind: string, caseId: string, me: string): Entry[] {
  return entries.filter(
    (one) => one.id > behind && one.case_id === caseId &&
      (one.kind === "inbound" || (one.kind === "outbound" && one.author.startsWith("agent:") && one.author !== `agent:${me}`)),
  );
}
