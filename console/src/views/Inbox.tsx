// The list of cases, most urgent first, which follows what happens without being asked.

import { useEffect, useRef, useState } from "preact/hooks";
import type { List, Page } from "../api/hub.ts";
import type { CaseInList } from "../api/types.ts";
import { useConsole } from "../console.ts";
import type { Feed } from "../feed.ts";
import { useKeys, usePolled } from "../hooks.ts";
import { hasDraft, isUnread, type Seen } from "../kept.ts";
import { byUrgency, casesUpTo, newestCase, newlyWaiting } from "../lists.ts";
import { asReference, hashOf, isContactPoint, type Route } from "../route.ts";
import { t } from "../texts.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { CaseRow } from "./CaseRow.tsx";
import { Icon } from "./Icon.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

// As many as the API gives at once.
const PAGE = 100;

interface Shown {
  route: Route;
  seen: Seen;
  now: number;
  feed: Feed;
}

export function Inbox({ route, seen, now, feed }: Shown) {
  const { hub, say, complain } = useConsole();
  const [page, setPage] = useState<Page<CaseInList> | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [typed, setTyped] = useState("");
  const [size, setSize] = useState(50);
  const find = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const before = useRef<CaseInList[] | null>(null);
  const key = `${route.view}/${route.team}`;

  useEffect(() => {
    setPage(null);
    setSize(50);
    before.current = null;
  }, [key]);
  usePolled(async (isCurrent) => {
    try {
      const found = await casesUpTo(size, (cursor) => hub.cases(listOf(route), cursor, Math.min(size, PAGE)));
      if (!isCurrent()) return;
      for (const one of newlyWaiting(before.current, found.items)) say(t("news.message", { subject: one.subject }));
      before.current = found.items;
      setPage(found);
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, feed.every, `${key}/${size}`, feed.pulse);

  const cases = byUrgency(page?.items ?? []).filter((one) => fits(one, typed));
  const move = (by: number) => {
    const rows = [...(list.current?.querySelectorAll<HTMLAnchorElement>("a[data-case]") ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    const from = at >= 0 ? at : rows.findIndex((row) => row.dataset["case"] === route.reference);
    rows[Math.max(0, Math.min(rows.length - 1, from + by))]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1), "/": () => find.current?.focus() });

  const everywhere = hashOf({ view: "find", team: route.team, reference: null, words: typed.trim() });
  const search = async (event: Event) => {
    event.preventDefault();
    let reference = cases[0]?.reference ?? asReference(typed);
    try {
      if (!reference && isContactPoint(typed)) reference = newestCase((await hub.customersOf({ contact_point: typed.trim() }))[0] ?? null);
    } catch (error) {
      complain(troubleOf(error));
      return;
    }
    location.hash = reference ? hashOf({ ...route, reference }) : everywhere;
  };
  return (
    <section class="inbox" aria-labelledby="inbox-title">
      <h2 id="inbox-title" class="hidden">{t(`view.${route.view}`)}</h2>
      <form class="find" role="search" onSubmit={(event) => void search(event)}>
        <Icon name="search" />
        <input
          ref={find} type="search" value={typed} placeholder={t("find.placeholder")} aria-label={t("find.label")}
          onInput={(event) => setTyped(event.currentTarget.value)} aria-keyshortcuts="/"
        />
      </form>
      {trouble && <TroubleNote trouble={trouble} />}
      {!page && !trouble && <p class="quiet" role="status">{t("loading")}</p>}
      {page && !cases.length && <p class="empty">{t(typed ? "inbox.nothing_found" : "inbox.empty")}</p>}
      <ol class="rows" ref={list}>
        {cases.map((one) => (
          <CaseRow
            key={one.id} one={one} now={now} href={hashOf({ ...route, reference: one.reference })}
            selected={one.reference === route.reference} unread={isUnread(seen, one)} draft={hasDraft(localStorage, one.reference)}
          />
        ))}
      </ol>
      {typed.trim() && <a class="everywhere" href={everywhere}>{t("inbox.everywhere", { words: typed.trim() })}</a>}
      {page?.next && <button type="button" class="more" onClick={() => setSize(size < PAGE ? PAGE : size + PAGE)}>{t("inbox.more")}</button>}
    </section>
  );
}

function listOf(route: Route): List {
  if (route.view === "mine") return { kind: "mine" };
  return { kind: route.view === "unassigned" ? "unassigned" : "team", team: route.team };
}

function fits(one: CaseInList, typed: string): boolean {
  const words = typed.trim().toLowerCase();
  return !words || [one.subject, one.reference, one.customer_name ?? ""].some((text) => text.toLowerCase().includes(words));
}
