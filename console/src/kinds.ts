// The kinds of cases of this hub. Until they are known there are those that every hub has.

import { useEffect, useState } from "preact/hooks";
import type { Kind } from "./api/types.ts";
import { useConsole } from "./console.ts";
import { SHIPPED_KINDS } from "./settings/references.ts";

const SHIPPED = SHIPPED_KINDS.map((name): Kind => ({ name, restricted: false, retired: false }));

export function useKinds(): Kind[] {
  const { hub } = useConsole();
  const [kinds, setKinds] = useState(SHIPPED);
  useEffect(() => {
    hub.kinds().then(setKinds, () => {}); // the usual ones are there all the same
  }, [hub]);
  return kinds;
}

// What cases may be of: to look for them, also what none becomes any more.
export const namesOf = (kinds: readonly Kind[]) => kinds.map((kind) => kind.name);

// What a case may become; what it is stands among it.
export function choicesFor(kinds: readonly Kind[], now: string): string[] {
  return [...new Set([...namesOf(kinds.filter((kind) => !kind.retired)), now])];
}
