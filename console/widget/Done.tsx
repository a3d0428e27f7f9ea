// What becomes of it: the reference of the case, and when an answer can be expected.

import { useEffect, useRef } from "preact/hooks";
import type { Point } from "./converse.ts";
import { GoOn } from "./GoOn.tsx";
import type { FormAt, Posted } from "./post.ts";
import { WithReference } from "./WithReference.tsx";
import type { Say } from "./words.ts";

interface Shown {
  posted: Posted;
  hub: FormAt;
  point: Point;
  postedUnder: string;
  language: string;
  say: Say;
  another: () => void;
}

export function Done({ posted, hub, point, postedUnder, language, say, another }: Shown) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <>
      <h2 ref={title} tabIndex={-1}>{say("done.title")}</h2>
      {posted.case ? (
        <>
          <p class="reference"><WithReference say={say} words="done.case" reference={posted.case} /></p>
          <p>{say("done.keep")}</p>
          <p>{posted.expected_answer_at ? say("done.by", { when: momentIn(language, posted.expected_answer_at) }) : say("done.soon")}</p>
        </>
      ) : <p>{say("done.later")}</p>}
      {posted.case && <GoOn hub={hub} language={language} say={say} point={point} postedUnder={postedUnder} />}
      <button type="button" onClick={another}>{say("done.another")}</button>
    </>
  );
}

// In the visitor's own time zone.
export function momentIn(language: string, instant: string): string {
  const how = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, how).format(new Date(instant));
}
