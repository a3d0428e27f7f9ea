// Where the check stands: in the page itself, shown through a slot of the form, since its makers' scripts look for their
// place in the page and bring styles of their own.

import { useEffect, useRef, useState } from "preact/hooks";
import { showCheck, type Check, type Shown } from "./check.ts";
import { Wrongness } from "./Field.tsx";
import type { Say } from "./words.ts";

interface Wanted {
  check: Check;
  script: string;
  host: HTMLElement;
  language: string;
  wrong: string | undefined;
  // Grows when the answer was used up.
  round: number;
  say: Say;
  // null: it cannot be shown or made here, so that nobody can pass it.
  told: (answer: string | null) => void;
}

export function Person({ check, script, host, language, wrong, round, say, told }: Wanted) {
  const shown = useRef<Shown | null>(null);
  const [blocked, setBlocked] = useState(false);
  useEffect(() => {
    const place = document.createElement("div");
    place.slot = "check";
    host.append(place);
    const hear = (answer: string | null) => {
      setBlocked(answer === null);
      told(answer);
    };
    showCheck(check, script, place, language, hear).then((found) => (shown.current = found), () => hear(null));
    return () => place.remove();
  }, []);
  useEffect(() => {
    if (round) shown.current?.again();
  }, [round]);
  return (
    <div class="field" role="group" aria-label={say("captcha")} tabIndex={-1} {...(wrong ? { "data-wrong": true, "aria-describedby": "captcha-wrong" } : {})}>
      <slot name="check" />
      {blocked && <p class="hint" role="status">{say("captcha.blocked")}</p>}
      <Wrongness id="captcha-wrong" word={wrong} say={say} />
    </div>
  );
}
