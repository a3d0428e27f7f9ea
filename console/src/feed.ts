// The feed of changes: whoever follows it looks again when something has changed, and else only now and then.

import { useRef, useState } from "preact/hooks";
import { Refused } from "./api/client.ts";
import type { Hub } from "./api/hub.ts";
import { usePolled } from "./hooks.ts";

const ASKED_EVERY = 2_000;
const LOOK_WITHOUT = 3_000;
const LOOK_WITH = 20_000;

export interface Feed {
  // Another number after each change.
  pulse: number;
  // Another number when somebody has begun to write somewhere, or ended it.
  presence: number;
  // Another number when a note has mentioned somebody.
  mentioned: number;
  // After how many milliseconds to look again if the feed says nothing.
  every: number;
}

export function useFeed(hub: Hub): Feed {
  const [pulse, setPulse] = useState(0);
  const [presence, setPresence] = useState(0);
  const [mentioned, setMentioned] = useState(0);
  const [following, setFollowing] = useState(false);
  const since = useRef<string | null>(null);
  usePolled(async (isCurrent) => {
    try {
      const page = await hub.changes(since.current);
      if (!isCurrent()) return;
      since.current = page.next;
      setFollowing(true);
      if (page.changes.some((change) => change.kind !== "presence")) setPulse((before) => before + 1);
      if (page.changes.some((change) => change.kind === "presence")) setPresence((before) => before + 1);
      if (page.changes.some((change) => change.event === "colleague.mentioned")) setMentioned((before) => before + 1);
    } catch (error) {
      if (!isCurrent()) return;
      // Too old a place in the feed: begin again. Whatever else it was, looking by oneself goes on.
      if (error instanceof Refused && error.problem.code === "invalid_input") since.current = null;
      setFollowing(false);
    }
  }, ASKED_EVERY, "");
  return { pulse, presence, mentioned, every: following ? LOOK_WITH : LOOK_WITHOUT };
}
