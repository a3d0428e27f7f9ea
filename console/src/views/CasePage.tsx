// A case within its customer's thread: what is said, what is due, what one does about it.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Case, Customer } from "../api/types.ts";
import { problemWords, useConsole } from "../console.ts";
import type { Feed } from "../feed.ts";
import { useKeys, usePolled } from "../hooks.ts";
import { NOTHING, withNewest, withOlder, type Loaded } from "../thread.ts";
import { t, tWord } from "../texts.ts";
import { CaseDeeds } from "./CaseDeeds.tsx";
import { Clocks } from "./Clocks.tsx";
import { Composer } from "./Composer.tsx";
import { CustomerCard } from "./CustomerCard.tsx";
import { Icon } from "./Icon.tsx";
import { Promises } from "./Promises.tsx";
import { ThreadView } from "./ThreadView.tsx";

interface Shown {
  reference: string;
  back: string;
  now: number;
  feed: Feed;
  hrefOf: (reference: string) => string;
  seenUpTo: (caseId: string, at: string) => void;
}

export function CasePage({ reference, back, now, feed, hrefOf, seenUpTo }: Shown) {
  const { hub, complain } = useConsole();
  const [one, setOne] = useState<Case | null>(null);
  const [customer, setCustomer] = useState<Customer | null>(null);
  const [loaded, setLoaded] = useState<Loaded>(NOTHING);
  const [trouble, setTrouble] = useState("");
  const [freshBehind, setFreshBehind] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const customerId = useRef("");

  useEffect(() => {
    setOne(null);
    setCustomer(null);
    setLoaded(NOTHING);
    setTrouble("");
    setFreshBehind(null);
    customerId.current = "";
  }, [reference]);
  const ask = usePolled(async (isCurrent) => {
    try {
      const found = await hub.readCase(reference);
      const page = await hub.thread(found.customer_id);
      const whose = customerId.current === found.customer_id ? null : await hub.customer(found.customer_id);
      if (!isCurrent()) return;
      setOne(found);
      if (whose) setCustomer(whose);
      customerId.current = found.customer_id;
      setLoaded((known) => withNewest(known, page.items, page.next));
      setTrouble("");
    } catch (error) {
      if (isCurrent()) setTrouble(problemWords(error));
    }
  }, feed.every, reference, feed.pulse);
  const asking = useRef(ask);
  asking.current = ask;
  const changed = useCallback(() => {
    customerId.current = "";
    asking.current();
  }, []);

  useEffect(() => {
    if (one && !document.hidden) seenUpTo(one.id, one.last_activity_at);
  }, [one?.id, one?.last_activity_at]);
  useEffect(() => {
    if (one) heading.current?.focus({ preventScroll: true });
  }, [one?.id]);
  useKeys({ Escape: () => { location.hash = back; } });

  const loadOlder = async () => {
    if (!one || !loaded.older) return;
    try {
      const page = await hub.thread(one.customer_id, loaded.older);
      setLoaded((known) => withOlder(known, page.items, page.next));
    } catch (error) {
      complain(problemWords(error));
    }
  };
  if (!one) {
    return (
      <section class="case" aria-label={reference}>
        <a class="back" href={back}><Icon name="back" />{t("case.back")}</a>
        {trouble ? <p class="trouble" role="alert">{trouble}</p> : <p class="quiet" role="status">{t("loading")}</p>}
      </section>
    );
  }
  return (
    <section class="case" aria-labelledby="case-title">
      <header class="case-head">
        <a class="back" href={back}><Icon name="back" /><span>{t("case.back")}</span></a>
        <div class="case-names">
          <h2 id="case-title" ref={heading} tabIndex={-1}><bdi>{one.subject || t("row.no_subject")}</bdi></h2>
          <p class="quiet">
            <bdi>{customer?.name ?? ""}</bdi> <code>{one.reference}</code> · {tWord("status", one.status)} · {one.team}
            {one.kind !== "question" && ` · ${tWord("kind", one.kind)}`}
          </p>
        </div>
        <CaseDeeds one={one} changed={changed} />
      </header>
      {trouble && <p class="trouble" role="alert">{trouble}</p>}
      <div class="case-body">
        <div class="column">
          <ThreadView
            loaded={loaded} caseId={one.id} reference={one.reference} cases={customer?.cases ?? []} freshBehind={freshBehind}
            now={now} loadOlder={() => void loadOlder()} changed={changed}
          />
          <Composer key={one.id} one={one} customer={customer} entries={loaded.entries} changed={changed} fresh={setFreshBehind} />
        </div>
        <aside class="side" aria-label={t("case.side")}>
          <Clocks one={one} now={now} />
          <Promises one={one} now={now} changed={changed} />
          {customer && <CustomerCard customer={customer} one={one} now={now} hrefOf={hrefOf} changed={changed} />}
        </aside>
      </div>
    </section>
  );
}
