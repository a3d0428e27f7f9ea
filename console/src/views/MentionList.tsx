// The notes that mention oneself or one's team, the newest first, beside the case that one opens from them.

import { useEffect, useState } from "preact/hooks";
import type { Mention } from "../api/types.ts";
import { authorName, useConsole } from "../console.ts";
import { hashOf, type Route } from "../route.ts";
import { t, tWord } from "../texts.ts";
import { fullMoment, shortMoment } from "../times.ts";
import { troubleOf } from "../trouble.ts";
import { Icon } from "./Icon.tsx";

interface Shown {
  route: Route;
  now: number;
  // The newest ones; null as long as nobody knows.
  newest: { items: Mention[]; next: string | null } | null;
  // Up to which one had looked before.
  seenUpTo: string;
  looked: () => void;
}

export function MentionList({ route, now, newest, seenUpTo, looked }: Shown) {
  const { hub, nameOf, complain } = useConsole();
  const [older, setOlder] = useState<{ items: Mention[]; next: string | null }>({ items: [], next: null });
  // What was new when one came here stays marked until one leaves.
  const [before] = useState(seenUpTo);
  useEffect(looked, [newest?.items[0]?.entry.id]);
  const known = new Set(newest?.items.map((one) => one.entry.id));
  const shown = [...(newest?.items ?? []), ...older.items.filter((one) => !known.has(one.entry.id))];
  const next = older.items.length ? older.next : (newest?.next ?? null);
  const more = async () => {
    try {
      const page = await hub.mentions(next);
      setOlder({ items: [...older.items, ...page.items], next: page.next });
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  return (
    <section class="inbox" aria-labelledby="mentions-title">
      <h2 id="mentions-title" class="hidden">{t("view.mentions")}</h2>
      {!newest && <p class="quiet" role="status">{t("loading")}</p>}
      {newest && !shown.length && <p class="empty">{t("mention.none")}</p>}
      <ol class="mentions">
        {shown.map(({ entry, case: of }) => (
          <li key={entry.id}>
            <a class="hit" href={hashOf({ ...route, reference: of.reference })} aria-current={of.reference === route.reference ? "true" : undefined}>
              <Icon name="note" />
              <span class="hit-body">
                <span class="hit-line">
                  <bdi class="hit-who">{authorName(entry.author, nameOf)}</bdi>
                  {entry.id > before && <span class="tag">{t("mention.new")}</span>}
                  <time dateTime={entry.at} title={fullMoment(entry.at)}>{shortMoment(entry.at, now)}</time>
                </span>
                <bdi class="hit-excerpt">{entry.text.slice(0, 200)}</bdi>
                <span class="quiet"><bdi>{of.subject || t("row.no_subject")}</bdi> · <code>{of.reference}</code> · {tWord("status", of.status)}</span>
              </span>
            </a>
          </li>
        ))}
      </ol>
      {next && <button type="button" class="more" onClick={() => void more()}>{t("inbox.more")}</button>}
    </section>
  );
}
