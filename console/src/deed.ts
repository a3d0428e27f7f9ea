// What one does with a button: while it is being done it cannot be asked for again, and what went wrong is told.

import { useState } from "preact/hooks";
import { useConsole } from "./console.ts";
import { troubleOf } from "./trouble.ts";

export interface Doing {
  busy: boolean;
  // Whether it was done.
  act: (deed: () => Promise<void>) => Promise<boolean>;
}

// `afterwards`: whether it was done or not, such as to look again at what is there now.
export function useDeed(afterwards: () => void = () => {}): Doing {
  const { complain } = useConsole();
  const [busy, setBusy] = useState(false);
  const act = async (deed: () => Promise<void>) => {
    setBusy(true);
    try {
      await deed();
      return true;
    } catch (error) {
      complain(troubleOf(error));
      return false;
    } finally {
      setBusy(false);
      afterwards();
    }
  };
  return { busy, act };
}
