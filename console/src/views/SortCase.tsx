// Within a dialog: what a case is about, and how much it matters.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Case, Priority } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useDeed } from "../deed.ts";
import { choicesFor, useKinds } from "../kinds.ts";
import { t, tWord } from "../texts.ts";

const PRIORITIES: Priority[] = ["low", "normal", "high", "urgent"];

interface Shown {
  one: Case;
  heading: ComponentChildren;
  back: () => void;
  done: () => void;
}

export function SortCase({ one, heading, back, done }: Shown) {
  const { hub, say } = useConsole();
  const { busy, act } = useDeed(done);
  const kinds = useKinds();
  const [kind, setKind] = useState(one.kind);
  const [priority, setPriority] = useState(one.priority);
  // Each is a change of its own; the case has a new version behind the first, of which only the hub knows.
  const sort = () => act(async () => {
    if (kind !== one.kind) await hub.setKind(one.reference, kind, one.version);
    if (priority !== one.priority) await hub.setPriority(one.reference, priority, kind === one.kind ? one.version : null);
    say(t("more.sorted"));
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); void sort(); }}>
      {heading}
      <p>{t("more.sort_what")}</p>
      <label>{t("report.kind")}
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          {choicesFor(kinds, one.kind).map((each) => <option key={each} value={each}>{tWord("kind", each)}</option>)}
        </select>
      </label>
      <label>{t("more.priority")}
        <select value={priority} onChange={(event) => setPriority(event.currentTarget.value as Priority)}>
          {PRIORITIES.map((each) => <option key={each} value={each}>{tWord("priority", each)}</option>)}
        </select>
      </label>
      <p class="buttons">
        <button type="button" onClick={back}>{t("more.back")}</button>
        <button type="submit" class="main" disabled={busy || (kind === one.kind && priority === one.priority)}>{t("more.sort_now")}</button>
      </p>
    </form>
  );
}
