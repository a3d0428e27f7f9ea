// The kinds of cases to choose from. Until the hub has told them, those that every hub has.

import { useEffect, useState } from "preact/hooks";
import type { Kind } from "./api/types.ts";
import { useConsole } from "./console.ts";
import { SHIPPED_KINDS } from "./settings/references.ts";

const SHIPPED: Kind[] = SHIPPED_KINDS.map((name) => ({ name, restricted: false, retired: false }));

// Of all, those too that no case becomes any more: there still are cases of them to find.
export function useKinds(): string[] {
  return useKnown().map((kind) => kind.name);
}

export function useKindsInUse(): string[] {
  return useKnown().flatMap((kind) => (kind.retired ? [] : [kind.name]));
}

function useKnown(): Kind[] {
  const { hub } = useConsole();
  const [kinds, setKinds] = useState(SHIPPED);
  useEffect(() => {
    hub.kinds().then(setKinds, () => {}); // the usual ones are there all the same
  }, [hub]);
  return kinds;
}
