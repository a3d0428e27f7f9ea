// What this browser keeps for an agent: drafts, and up to where each case was seen. It is theirs alone, and goes when
// they log out.

import type { Mentionable } from "./mentions.ts";

const DRAFT = "splot.draft.";
const SEEN = "splot.seen";
const MENTIONS = "splot.mentions";
const KEYS = "splot-keys";
const MOST_SEEN = 500;

export interface KeptDraft {
  text: string;
  channel: string;
  subject: string;
  note: string;
  mentioned: Mentionable[];
  promise: string;
  promiseDue: string;
  at: number;
}

export function readDraft(store: Storage, reference: string): KeptDraft | null {
  try {
    return JSON.parse(store.getItem(DRAFT + reference) ?? "null") as KeptDraft | null;
  } catch {
    return null;
  }
}

export function keepDraft(store: Storage, reference: string, draft: KeptDraft): void {
  const empty = !draft.text.trim() && !draft.note.trim() && !draft.promise.trim();
  try {
    if (empty) store.removeItem(DRAFT + reference);
    else store.setItem(DRAFT + reference, JSON.stringify(draft));
  } catch {
    // No room in the browser: what is on the screen stays there.
  }
}

export function hasDraft(store: Storage, reference: string): boolean {
  return store.getItem(DRAFT + reference) !== null;
}

// Up to when each case was seen, in milliseconds.
export type Seen = Record<string, number>;

export function readSeen(store: Storage): Seen {
  try {
    return JSON.parse(store.getItem(SEEN) ?? "{}") as Seen;
  } catch {
    return {};
  }
}

// The newest are kept: what was last seen long ago is read or gone.
export function withSeen(seen: Seen, caseId: string, upTo: string): Seen {
  const at = Date.parse(upTo);
  if ((seen[caseId] ?? 0) >= at) return seen;
  const all = Object.entries({ ...seen, [caseId]: at }).sort((one, other) => other[1] - one[1]);
  return Object.fromEntries(all.slice(0, MOST_SEEN));
}

export function keepSeen(store: Storage, seen: Seen): void {
  try {
    store.setItem(SEEN, JSON.stringify(seen));
  } catch {
    // As above.
  }
}

// The id of the newest note up to which one has looked who mentions one; "" for none. They sort by time.
export function readMentionsSeen(store: Storage): string {
  return store.getItem(MENTIONS) ?? "";
}

export function keepMentionsSeen(store: Storage, id: string): void {
  try {
    store.setItem(MENTIONS, id);
  } catch {
    // As above.
  }
}

// Somebody waits in it, and has written since this agent last looked.
export function isUnread(seen: Seen, one: { id: string; awaiting_since: string | null; last_activity_at: string }): boolean {
  return one.awaiting_since !== null && (seen[one.id] ?? 0) < Date.parse(one.last_activity_at);
}

// Whether single letters are shortcuts: who speaks to their computer, or whose hand trembles, turns them off (WCAG 2.1.4).
// It outlives a logout.
export function keysAreOn(store: Storage): boolean {
  return store.getItem(KEYS) !== "off";
}

export function keepKeys(store: Storage, on: boolean): void {
  try {
    if (on) store.removeItem(KEYS);
    else store.setItem(KEYS, "off");
  } catch {
    // As above.
  }
}

export function forgetAll(store: Storage): void {
  for (const key of Object.keys(store)) if (key.startsWith("splot.")) store.removeItem(key);
}
