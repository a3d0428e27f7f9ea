// One field for everything: a case by its reference, customers by address, number or name, messages by their words; and
// without a word the cases that have something in common.

import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../api/client.ts";
import type { Page } from "../api/hub.ts";
import type { CaseInList, Customer, Hit } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useKeys } from "../hooks.ts";
import { hashOf, type Only, type Route } from "../route.ts";
import { asFilters, begun, listsCases, soughtBy } from "../search.ts";
import { t } from "../texts.ts";
import { plainly, troubleOf, type Trouble } from "../trouble.ts";
import { Filters } from "./Filters.tsx";
import { FoundCase, FoundCustomer, FoundMessage } from "./Found.tsx";
import { Icon } from "./Icon.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

// A page of the API may be short while more follows. So many in a row are asked for before somebody has to say so.
const PAGES_AT_ONCE = 4;
const ENOUGH = 15;
// The index follows by some seconds: where nothing was found it is looked at again.
const LOOKED_AGAIN_AFTER = [2_500, 5_000];
const LONGEST = 200;
// Whoever types on within this time wants something else.
const TYPED_AFTER = 350;

interface Found {
  customers: Customer[];
  // Null where words were looked for.
  cases: CaseInList[] | null;
  hits: Hit[];
  next: string | null;
}

export function Find({ route, now }: { route: Route; now: number }) {
  const { hub } = useConsole();
  const words = route.words ?? "";
  const [typed, setTyped] = useState(words);
  const only = route.only ?? {};
  const key = `${words}?${JSON.stringify(only)}`;
  const [found, setFound] = useState<Found | null>(null);
  const [looking, setLooking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [asked, setAsked] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  const current = useRef({});
  // What was asked for while somebody typed: they may have typed on since.
  const asTyped = useRef(words);
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(() => {
    if (words !== asTyped.current) setTyped(words);
    asTyped.current = words;
    if (!words && !route.reference && !listsCases(only)) field.current?.focus();
  }, [words]);
  // While somebody types, what begins so is found; no step back leads through the letters.
  const goTo = (to: Route) => location.replace(hashOf(to));
  useEffect(() => {
    if (typed.trim() === words || begun(typed) === words) return;
    typing.current = setTimeout(() => {
      asTyped.current = begun(typed);
      goTo({ ...route, words: asTyped.current });
    }, TYPED_AFTER);
    return () => clearTimeout(typing.current);
  }, [typed, words]);

  const messages = async (cursor: string | null) => {
    const { items, next } = await somePages(cursor, (at) => hub.search(words, asFilters(only), at));
    return { hits: items, next };
  };
  const cases = (cursor: string | null) => somePages(cursor, (at) => hub.casesWith(asFilters(only), at));
  const customers = async (): Promise<Customer[]> => {
    const sought = soughtBy(words);
    if (sought.kind === "case") return hub.customersOf({ reference: sought.reference });
    return sought.kind === "address" ? hub.customersOf({ contact_point: sought.words }) : hub.customersOf({ name: words });
  };
  const look = async (): Promise<Found> => {
    if (!words) {
      const { items, next } = await cases(null);
      return { customers: [], cases: items, hits: [], next };
    }
    const [people, told] = await Promise.allSettled([customers(), messages(null)]);
    const known = people.status === "fulfilled" ? people.value : nobodyFor(people.reason);
    if (told.status === "fulfilled") return { customers: known, cases: null, ...told.value };
    if (!known.length) throw told.reason;
    return { customers: known, cases: null, hits: [], next: null }; // somebody may be called as what stands everywhere
  };
  // Whatever was asked last is shown, also where an earlier answer comes later.
  const run = async (ask: () => Promise<Found>) => {
    const mine = {};
    current.current = mine;
    const isCurrent = () => current.current === mine;
    setLooking(true);
    try {
      const got = await ask();
      if (!isCurrent()) return;
      setFound(got);
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(inWords(error));
    } finally {
      if (isCurrent()) setLooking(false);
    }
  };

  useEffect(() => {
    setTrouble(null);
    setLooking(false);
    setFound(null);
    if (words || listsCases(only)) void run(look);
    return () => { current.current = {}; };
  }, [key]);
  // Once more by itself, as long as nothing was found and it may only be too new.
  const again = () => run(look);
  const nothing = found !== null && !found.hits.length && !found.customers.length && !found.cases?.length && !found.next;
  const pause = LOOKED_AGAIN_AFTER[asked];
  useEffect(() => setAsked(0), [key]);
  useEffect(() => {
    if (!nothing || looking || pause === undefined) return;
    const timer = setTimeout(() => { setAsked(asked + 1); void again(); }, pause);
    return () => clearTimeout(timer);
  }, [nothing, looking, asked]);

  const goOn = () => {
    if (found) void run(async () => {
      if (found.cases) {
        const { items, next } = await cases(found.next);
        return { ...found, cases: [...found.cases, ...items], next };
      }
      const told = await messages(found.next);
      return { ...found, hits: [...found.hits, ...told.hits], next: told.next };
    });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    clearTimeout(typing.current); // else it may come before the new address is read, and lead away from it
    const sought = soughtBy(typed);
    location.hash = hashOf({ ...route, words: typed.trim(), reference: sought.kind === "case" ? sought.reference : null });
  };
  const move = (by: number) => {
    const rows = [...(results.current?.querySelectorAll<HTMLAnchorElement>("a[data-hit]") ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1), "/": () => field.current?.focus(), s: () => field.current?.focus() });
  const hrefOf = (reference: string) => hashOf({ ...route, reference });
  const choose = (chosen: Only) => goTo({ ...route, only: { ...only, ...chosen } });
  const told = trouble || !found && !looking ? "" : nothing && pause !== undefined ? t("find.too_new") : looking ? t("find.looking") : countOf(found);
  return (
    <section class="late-list find-everywhere" aria-labelledby="find-title">
      <header><h2 id="find-title">{t("view.find")}</h2></header>
      <form class="find-all" role="search" onSubmit={submit}>
        <label class="find-field"><span>{t("find.everywhere")}</span>
          <input
            ref={field} type="search" value={typed} maxLength={LONGEST} aria-keyshortcuts="/" aria-describedby="find-hint"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="main"><Icon name="search" /> {t("find.look")}</button>
        <Filters only={only} choose={choose} />
        <p class="quiet" id="find-hint">{t("find.hint")}</p>
      </form>
      {trouble && <TroubleNote trouble={trouble} />}
      <p class="quiet" role="status">{told}</p>
      {!words && !listsCases(only) && Object.keys(only).length > 0 && <p class="quiet">{t("find.choose_more")}</p>}
      {nothing && pause === undefined && (
        <div class="empty"><p>{t("find.nothing")}</p><p><button type="button" onClick={() => void again()}>{t("find.again")}</button></p></div>
      )}
      <div ref={results} class="hits">
        {found && found.customers.length > 0 && (
          <section class="card" aria-labelledby="find-customers">
            <h3 id="find-customers">{t("find.customers")}</h3>
            <ul>{found.customers.map((one) => <FoundCustomer key={one.id} one={one} open={route.reference} hrefOf={hrefOf} />)}</ul>
          </section>
        )}
        {found && found.cases && found.cases.length > 0 && (
          <section class="card" aria-labelledby="find-cases">
            <h3 id="find-cases">{t("find.cases")}</h3>
            <ol>{found.cases.map((one) => <FoundCase key={one.id} one={one} open={route.reference} now={now} hrefOf={hrefOf} />)}</ol>
          </section>
        )}
        {found && found.hits.length > 0 && (
          <section class="card" aria-labelledby="find-messages">
            <h3 id="find-messages">{t("find.messages")}</h3>
            <ol>{found.hits.map((one) => <FoundMessage key={one.entry_id} hit={one} open={route.reference} now={now} hrefOf={hrefOf} />)}</ol>
          </section>
        )}
      </div>
      {found?.next && <button type="button" class="more" disabled={looking} onClick={goOn}>{t("find.more")}</button>}
      {found && !nothing && !found.next && <p class="quiet">{t("find.newest")} <button type="button" class="plain" disabled={looking} onClick={() => void again()}>{t("find.again")}</button></p>}
    </section>
  );
}

// Until there are enough, since a page may be short while more follows.
async function somePages<T>(cursor: string | null, page: (cursor: string | null) => Promise<Page<T>>): Promise<Page<T>> {
  const items: T[] = [];
  let next = cursor;
  for (let asked = 0; asked < PAGES_AT_ONCE && (asked === 0 || next) && items.length < ENOUGH; asked++) {
    const got = await page(next);
    items.push(...got.items);
    next = got.next;
  }
  return { items, next };
}

function countOf(found: Found | null): string {
  if (!found) return "";
  const n = (found.cases ?? found.hits).length;
  if (found.next && !n) return t("find.further_back");
  if (found.cases) return t(found.next ? "find.cases_so_far" : "find.cases_count", { n });
  return t("find.count", { n });
}

// Of people nobody may be found by what finds messages well, such as nine words.
function nobodyFor(error: unknown): Customer[] {
  if (error instanceof Refused && ["invalid_input", "not_found"].includes(error.problem.code)) return [];
  throw error;
}

function inWords(error: unknown): Trouble {
  if (error instanceof Refused && error.problem.code === "not_found") return plainly(t("find.no_index"));
  const refused = error instanceof Refused && error.problem.code === "invalid_input" && error.problem.field === "words";
  return refused ? plainly(t("find.too_common")) : troubleOf(error);
}
