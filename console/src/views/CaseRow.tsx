// A case as lists show it: who, what, by which channel, what is due next.

import type { CaseInList } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { t, tWord } from "../texts.ts";
import { dueWords, fullMoment, shortMoment, urgencyOf } from "../times.ts";
import { Icon } from "./Icon.tsx";

interface Shown {
  one: CaseInList;
  href: string;
  selected: boolean;
  unread: boolean;
  draft: boolean;
  now: number;
}

export function CaseRow({ one, href, selected, unread, draft, now }: Shown) {
  const { nameOf } = useConsole();
  const urgency = urgencyOf(one.deadline_at, now);
  return (
    <li class={`row ${urgency}${unread ? " unread" : ""}`}>
      <a href={href} data-case={one.reference} aria-current={selected ? "true" : undefined}>
        <span class="row-mark"><Icon name={one.last_channel} label={tWord("channel", one.last_channel)} /></span>
        <span class="row-who">
          {unread && <span class="dot"><span class="hidden">{t("row.unread")}</span></span>}
          <bdi>{one.customer_name || t("customer.unknown")}</bdi>
        </span>
        <time class="row-when" dateTime={one.last_activity_at} title={fullMoment(one.last_activity_at)}>
          {shortMoment(one.last_activity_at, now)}
        </time>
        <bdi class="row-subject">{one.subject || t("row.no_subject")}</bdi>
        <span class={`row-due ${urgency}`}>{dueWords(one.deadline_at, now, one.next_clock)}</span>
        <span class="row-tags">
          {one.priority !== "normal" && <span class={`tag ${one.priority}`}>{tWord("priority", one.priority)}</span>}
          {draft && <span class="tag">{t("row.draft")}</span>}
          <span class="row-owner">{one.assignee ? nameOf(one.assignee) : t("row.nobody")}</span>
        </span>
      </a>
    </li>
  );
}
