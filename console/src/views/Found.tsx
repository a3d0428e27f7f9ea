// One customer, one message and one case among what was found, each a way into the thread.

import type { CaseInList, Customer, Hit } from "../api/types.ts";
import { authorName, useConsole, withoutKind } from "../console.ts";
import { newestCase } from "../lists.ts";
import { marked } from "../search.ts";
import { t, tWord } from "../texts.ts";
import { dueWords, fullMoment, shortMoment, urgencyOf } from "../times.ts";
import { Icon } from "./Icon.tsx";

interface Shown {
  // The case that is open beside the list.
  open: string | null;
  hrefOf: (reference: string) => string;
}

export function FoundCustomer({ one, open, hrefOf }: Shown & { one: Customer }) {
  const reference = newestCase(one);
  const said = (
    <>
      <Icon name="in_person" />
      <span class="hit-body">
        <bdi class="hit-who">{one.name || t("customer.unknown")}</bdi>
        <span class="quiet">{one.contact_points.map(withoutKind).join(" · ")}</span>
        <span class="quiet">{t("find.open_cases", { n: one.open_case_count })}</span>
      </span>
    </>
  );
  return (
    <li>
      {reference ? <a class="hit" data-hit href={hrefOf(reference)} aria-current={reference === open ? "true" : undefined}>{said}</a> : <span class="hit">{said}</span>}
    </li>
  );
}

export function FoundMessage({ hit, open, hrefOf, now }: Shown & { hit: Hit; now: number }) {
  const { nameOf } = useConsole();
  const { case: of, channel } = hit;
  const sign = hit.kind === "note" ? "note" : channel ?? "event";
  const subject = hit.subject ?? of.subject;
  return (
    <li>
      <a class="hit" data-hit href={hrefOf(of.reference)} aria-current={of.reference === open ? "true" : undefined}>
        <Icon name={sign} label={hit.kind === "note" ? t("entry.note") : channel ? tWord("channel", channel) : ""} />
        <span class="hit-body">
          <span class="hit-line">
            <bdi class="hit-who">{of.customer_name || t("customer.unknown")}</bdi>
            <span class="quiet">{authorName(hit.author, nameOf)}</span>
            <time dateTime={hit.at} title={fullMoment(hit.at)}>{shortMoment(hit.at, now)}</time>
          </span>
          <bdi class="hit-subject">{subject ? <Marked text={subject} found={hit.found} /> : t("row.no_subject")}</bdi>
          {hit.excerpt && hit.excerpt !== hit.subject && <bdi class="hit-excerpt"><Marked text={hit.excerpt} found={hit.found} /></bdi>}
          <span class="quiet"><code>{of.reference}</code> · {tWord("status", of.status)} · {of.team}</span>
        </span>
      </a>
    </li>
  );
}

export function FoundCase({ one, open, hrefOf, now }: Shown & { one: CaseInList; now: number }) {
  const { nameOf } = useConsole();
  return (
    <li>
      <a class="hit" data-hit href={hrefOf(one.reference)} aria-current={one.reference === open ? "true" : undefined}>
        <Icon name={one.channel} label={tWord("channel", one.channel)} />
        <span class="hit-body">
          <span class="hit-line">
            <bdi class="hit-who">{one.customer_name || t("customer.unknown")}</bdi>
            <time dateTime={one.last_activity_at} title={fullMoment(one.last_activity_at)}>{shortMoment(one.last_activity_at, now)}</time>
          </span>
          <bdi class="hit-subject">{one.subject || t("row.no_subject")}</bdi>
          <span class="quiet"><code>{one.reference}</code> · {tWord("status", one.status)} · {tWord("kind", one.kind)} · {one.team} · {one.assignee ? nameOf(one.assignee) : t("row.nobody")}</span>
          {one.status === "open" && <span class={`quiet ${urgencyOf(one.deadline_at, now)}`}>{dueWords(one.deadline_at, now, one.next_clock)}</span>}
        </span>
      </a>
    </li>
  );
}

function Marked({ text, found }: { text: string; found: readonly string[] }) {
  return <>{marked(text, found).map((piece, at) => (piece.found ? <mark key={at}>{piece.text}</mark> : piece.text))}</>;
}
