// Who else has the case open, and saying so oneself for as long as it is on the screen.

import { useEffect, useState } from "preact/hooks";
import type { Hub } from "./api/hub.ts";
import type { AtCase, Doing } from "./api/types.ts";

const AGAIN_AFTER = 15_000;
// Who has stopped typing for so long is not writing any more.
export const STILL_WRITING = 60_000;

// `pulse`: another number when somebody began to write somewhere, or ended it.
export function useWhoElse(hub: Hub, reference: string, doing: Doing, pulse: number): AtCase[] {
  const [others, setOthers] = useState<AtCase[]>([]);
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout>;
    const round = async () => {
      clearTimeout(timer);
      let after = AGAIN_AFTER;
      try {
        // In a tab that nobody looks at one is not there; one is taken to have left by oneself.
        const found = document.hidden ? await hub.whoIsAt(reference) : await hub.attend(reference, doing);
        after = (found.again_after || 15) * 1000;
        if (!left) setOthers(found.present);
      } catch {
        if (!left) setOthers([]); // a courtesy: without it one works on
      }
      if (!left) timer = setTimeout(round, after);
    };
    const seenAgain = () => { if (!document.hidden) void round(); };
    document.addEventListener("visibilitychange", seenAgain);
    void round();
    return () => {
      left = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seenAgain);
    };
  }, [reference, doing, pulse]);
  useEffect(() => () => { hub.leave(reference).catch(() => {}); }, [reference]);
  return others;
}

// Those who write, and those who only read. Nobody is told of themselves.
export function byDoing(others: readonly AtCase[], self: string): Record<Doing, AtCase[]> {
  const found = others.filter((one) => one.subject !== self);
  return { writing: found.filter((one) => one.doing === "writing"), reading: found.filter((one) => one.doing === "reading") };
}
