// The kinds of cases to choose from. Who may not read the settings knows those that every hub has.

import { useEffect, useState } from "preact/hooks";
import { useConsole } from "./console.ts";
import { kindsIn } from "./settings/references.ts";

const READS_SETTINGS = ["supervisor", "admin"];

export function useKinds(): string[] {
  const { hub, login } = useConsole();
  const [kinds, setKinds] = useState(() => kindsIn(null));
  const reads = login.roles.some((role) => READS_SETTINGS.includes(role));
  useEffect(() => {
    if (reads) hub.configuration().then((found) => setKinds(kindsIn(found.document)), () => {}); // the usual ones are there all the same
  }, [hub, reads]);
  return kinds;
}
