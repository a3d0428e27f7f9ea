// Between tabs of this browser in which the console is open. What is said here reaches pages of the console alone.

import type { Said, Tabs } from "./renewal.ts";

const CHANNEL = "splot.login";

export function browserTabs(): Tabs {
  const channel = new BroadcastChannel(CHANNEL);
  return {
    say: (said) => channel.postMessage(said),
    hear: (hear) => channel.addEventListener("message", (event: MessageEvent<Said>) => hear(event.data)),
    alone: async (name, act) => await navigator.locks.request(name, act),
  };
}
