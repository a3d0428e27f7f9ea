// Everything between us and one customer in one column, oldest first, days apart.

import { memo } from "preact/compat";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { CaseInList } from "../api/types.ts";
import type { Loaded } from "../thread.ts";
import { t } from "../texts.ts";
import { dayWords, sameDay } from "../times.ts";
import { EntryView } from "./EntryView.tsx";

interface Shown {
  loaded: Loaded;
  caseId: string;
  reference: string;
  cases: CaseInList[];
  // Entries behind this one are new since the draft was begun.
  freshBehind: string | null;
  now: number;
  loadOlder: () => void;
  changed: () => void;
}

const Remembered = memo(EntryView);

export function ThreadView({ loaded, caseId, reference, cases, freshBehind, now, loadOlder, changed }: Shown) {
  const box = useRef<HTMLDivElement>(null);
  const newest = loaded.entries.at(-1)?.id ?? "";
  const oldest = loaded.entries[0]?.id ?? "";
  const before = useRef({ newest: "", oldest: "", height: 0, atEnd: true });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const last = before.current;
    // At the end one stays at the end; what is put above moves nothing.
    if (last.newest !== newest && (last.atEnd || !last.newest)) element.scrollTop = element.scrollHeight;
    else if (last.oldest !== oldest && last.newest === newest) element.scrollTop += element.scrollHeight - last.height;
    before.current = { ...last, newest, oldest, height: element.scrollHeight };
  }, [newest, oldest]);
  useEffect(() => {
    before.current.newest = "";
  }, [caseId]);
  const references = new Map(cases.map((one) => [one.id, one.reference]));
  return (
    <div
      class="thread" ref={box} tabIndex={0} role="region" aria-label={t("thread.title")}
      onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        before.current.atEnd = scrollHeight - scrollTop - clientHeight < 80;
      }}
    >
      {loaded.older && <button type="button" class="more" onClick={loadOlder}>{t("thread.older")}</button>}
      <ol>
        {loaded.entries.map((entry, at) => {
          const previous = loaded.entries[at - 1];
          const day = !previous || !sameDay(Date.parse(previous.at), Date.parse(entry.at));
          return [
            day && <li class="day" key={`day-${entry.id}`}><span>{dayWords(entry.at, now)}</span></li>,
            <Remembered
              key={entry.id} entry={entry} reference={reference} changed={changed} fresh={freshBehind !== null && entry.id > freshBehind}
              otherCase={!entry.case_id || entry.case_id === caseId ? null : (references.get(entry.case_id) ?? "")}
            />,
          ];
        })}
      </ol>
    </div>
  );
}
