// A sentence with a case's reference in it, which stays on one line: it is copied by hand.

import type { Say } from "./words.ts";

interface Shown {
  say: Say;
  words: Parameters<Say>[0];
  reference: string;
}

export function WithReference({ say, words, reference }: Shown) {
  const [before, after] = say(words, { reference: "\n" }).split("\n");
  return <>{before}<bdi class="unbroken">{reference}</bdi>{after}</>;
}
