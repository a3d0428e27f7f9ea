// What repeats: asking again and again, the present moment, keys.

import { useEffect, useRef, useState } from "preact/hooks";
import { keysAreOn } from "./kept.ts";

const HIDDEN_FACTOR = 10;

// Calls `ask` at once and then every `every` milliseconds, more rarely in a tab that nobody looks at; never twice at a
// time. What comes back after `key` has changed is thrown away by whoever asked.
// Once more whenever `pulse` changes.
export function usePolled(
  ask: (isCurrent: () => boolean) => Promise<void>, every: number, key: string, pulse = 0,
): () => void {
  const latest = useRef(ask);
  latest.current = ask;
  const now = useRef<() => void>(() => {});
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    let again = false;
    const isCurrent = () => !stopped;
    const round = async () => {
      if (asking) {
        again = true;
        return;
      }
      clearTimeout(timer);
      asking = true;
      again = false;
      try {
        await latest.current(isCurrent);
      } finally {
        asking = false;
        if (!stopped) timer = setTimeout(round, again ? 0 : every * (document.hidden ? HIDDEN_FACTOR : 1));
      }
    };
    const seenAgain = () => {
      if (!document.hidden) void round();
    };
    now.current = () => void round();
    document.addEventListener("visibilitychange", seenAgain);
    void round();
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seenAgain);
    };
  }, [key, every]);
  useEffect(() => {
    if (pulse) now.current();
  }, [pulse]);
  return () => now.current();
}

export function useNow(every = 15_000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

export type Keys = Record<string, () => void>;

// Single keys, as long as nobody writes, no dialog is open and letters are not turned off. Escape also leaves a field.
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (document.querySelector("dialog[open]")) return;
      const target = event.target as HTMLElement;
      // The field of a dialog that has just closed has the focus until the next frame.
      const gone = target.closest("dialog:not([open])");
      const writing = !gone && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
      if (writing && event.key === "Escape") {
        target.blur();
        event.preventDefault();
        return;
      }
      const off = writing || (event.key.length === 1 && !keysAreOn(localStorage));
      const act = off ? undefined : latest.current[event.key];
      if (act) {
        event.preventDefault();
        act();
      }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}
