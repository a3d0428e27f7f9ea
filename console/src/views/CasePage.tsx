// A case within its customer's thread: what is said, what is due, what one does about it.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Case, Customer } from "../api/types.ts";
import { useConsole } from "../console.ts";
import type { Feed } from "../feed.ts";
import { useKeys, usePolled } from "../hooks.ts";
import { NOTHING, withNewest, withOlder, type Loaded } from "../thread.ts";
import { t, tWord } from "../texts.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { CaseDeeds } from "./CaseDeeds.tsx";
import { CaseIncident } from "./CaseIncident.tsx";
import { Clocks } from "./Clocks.tsx";
import { Composer } from "./Composer.tsx";
import { CustomerCard } from "./CustomerCard.tsx";
import { Icon } from "./Icon.tsx";
import { Promises } from "./Promises.tsx";
import { Tags } from "./Tags.tsx";
import { ThreadView } from "./ThreadView.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

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
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [freshBehind, setFreshBehind] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // Of whom, and up to which entry of theirs: what is new in the thread may be a promise in another case.
  const customerAt = useRef("");

  useEffect(() => {
    setOne(null);
    setCustomer(null);
    setLoaded(NOTHING);
    setTrouble(null);
    setFreshBehind(null);
    customerAt.current = "";
  }, [reference]);
  const ask = usePolled(async (isCurrent) => {
    try {
      const found = await hub.readCase(reference);
      const page = await hub.thread(found.customer_id);
      const at = `${found.customer_id}/${page.items[0]?.id ?? ""}`;
      const whose = customerAt.current === at ? null : await hub.customer(found.customer_id);
      if (!isCurrent()) return;
      setOne(found);
      if (whose) setCustomer(whose);
      customerAt.current = at;
      setLoaded((known) => withNewest(known, page.items, page.next));
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, feed.every, reference, feed.pulse);
  const asking = useRef(ask);
  asking.current = ask;
  const changed = useCallback(() => {
    customerAt.current = "";
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
      complain(troubleOf(error));
    }
  };
  if (!one) {
    return (
      <section class="case" aria-label={reference}>
        <a class="back" href={back}><Icon name="back" />{t("case.back")}</a>
        {trouble ? <TroubleNote trouble={trouble} /> : <p class="quiet" role="status">{t("loading")}</p>}
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
            {one.priority !== "normal" && <> <span class={`tag ${one.priority}`}>{tWord("priority", one.priority)}</span></>}
          </p>
          <Tags one={one} changed={changed} />
          <CaseIncident one={one} changed={changed} />
        </div>
        <CaseDeeds one={one} customer={customer} entries={loaded.entries} now={now} hrefOf={hrefOf} changed={changed} />
      </header>
      {trouble && <TroubleNote trouble={trouble} />}
      <div class="case-body">
        <div class="column">
          <ThreadView
            loaded={loaded} caseId={one.id} reference={one.reference} cases={customer?.cases ?? []} freshBehind={freshBehind}
            now={now} loadOlder={() => void loadOlder()} changed={changed}
          />
          <Composer key={one.id} one={one} customer={customer} entries={loaded.entries} hrefOf={hrefOf} feed={feed} changed={changed} fresh={setFreshBehind} />
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
