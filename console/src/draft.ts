// An answer that is being written: what is kept of it, and by what the agent has read so far.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Case, Entry } from "./api/types.ts";
import { keepDraft, readDraft, type KeptDraft } from "./kept.ts";
import { saidSince } from "./thread.ts";

const KEPT_AFTER = 300;

export function emptyDraft(): KeptDraft {
  return { text: "", channel: "", subject: "", note: "", mentioned: [], promise: "", promiseDue: "", at: 0 };
}

export function useDraft(reference: string): [KeptDraft, (change: Partial<KeptDraft>) => void] {
  const [draft, setDraft] = useState<KeptDraft>(() => ({ ...emptyDraft(), ...readDraft(localStorage, reference) }));
  const latest = useRef(draft);
  latest.current = draft;
  // Whoever is logged out, or goes elsewhere, just after a word finds that word again, too.
  useEffect(() => () => keepDraft(localStorage, reference, { ...latest.current, at: Date.now() }), []);
  useEffect(() => {
    const timer = setTimeout(() => keepDraft(localStorage, reference, { ...draft, at: Date.now() }), KEPT_AFTER);
    return () => clearTimeout(timer);
  }, [draft]);
  return [draft, (change) => setDraft((before) => ({ ...before, ...change }))];
}

// What the agent has read: the case's counts, and the last entry that stood there.
export interface Mark {
  messages: number;
  version: number;
  entry: string;
}

export function markOf(one: Pick<Case, "messages_in" | "version">, entries: readonly Entry[]): Mark {
  return { messages: one.messages_in, version: one.version, entry: entries.at(-1)?.id ?? "" };
}

// What came behind the mark: an answer that is being written may overlook it. Nothing while the answer is empty.
export function overlooked(mark: Mark, one: Case, entries: readonly Entry[], me: string, writing: boolean): Entry[] {
  return writing && mark.entry ? saidSince(entries, mark.entry, one.id, me) : [];
}
