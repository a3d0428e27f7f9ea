// Who the customer is, where they can be written to, and what else is open with them.

import { useEffect, useState } from "preact/hooks";
import type { Case, Customer, Preferences } from "../api/types.ts";
import { bySystem } from "../attributes.ts";
import { useConsole, withoutKind } from "../console.ts";
import { t, tWord } from "../texts.ts";
import { fullMoment, momentWords, shortMoment, urgencyOf } from "../times.ts";
import { Icon } from "./Icon.tsx";
import { Merges } from "./Merges.tsx";

interface Shown {
  customer: Customer;
  one: Case;
  now: number;
  hrefOf: (reference: string) => string;
  changed: () => void;
}

export function CustomerCard({ customer, one, now, hrefOf, changed }: Shown) {
  const { hub, nameOf } = useConsole();
  const [wishes, setWishes] = useState<Preferences | null>(null);
  useEffect(() => {
    let left = false;
    hub.preferences(customer.id).then((found) => { if (!left) setWishes(found); }, () => {});
    return () => { left = true; };
  }, [customer]);
  const others = customer.cases.filter((each) => each.id !== one.id);
  return (
    <section class="card" aria-labelledby="customer-title">
      <h3 id="customer-title"><bdi>{customer.name ?? t("customer.unknown")}</bdi>{customer.vip && <span class="tag high">VIP</span>}</h3>
      {customer.claims_to_be && <p class="warning"><Icon name="warning" /><span>{t("customer.claims")} <bdi>{customer.claims_to_be}</bdi></span></p>}
      <ul class="points">
        {customer.contact_points.map((point) => {
          const address = wishes?.addresses.find((each) => each.contact_point === point);
          return (
            <li key={point}>
              <Icon name={point.split(":")[0] ?? ""} /><bdi>{withoutKind(point)}</bdi>
              {address?.proved && <span class="tag good">{t("customer.proved")}</span>}
              {address?.suppressed_until && <span class="tag urgent">{t("customer.suppressed", { when: momentWords(address.suppressed_until, now) })}</span>}
              {address && address.opt_outs.length > 0 && <span class="tag high">{t("customer.opted_out", { purposes: address.opt_outs.map((each) => tWord("purpose", each.purpose)).join(", ") })}</span>}
            </li>
          );
        })}
      </ul>
      <dl class="facts">
        {wishes?.channel && <><dt>{t("customer.prefers")}</dt><dd>{tWord("channel", wishes.channel)}</dd></>}
        {wishes?.quiet_hours && <><dt>{t("customer.quiet_hours")}</dt><dd>{wishes.quiet_hours}</dd></>}
        {customer.language && <><dt>{t("customer.language")}</dt><dd>{customer.language}</dd></>}
        {customer.carer && <><dt>{t("customer.carer")}</dt><dd>{nameOf(customer.carer)}</dd></>}
        {customer.segment && <><dt>{t("customer.segment")}</dt><dd>{customer.segment}</dd></>}
        {wishes && Object.entries(wishes.consents).map(([channel, consent]) => (
          <><dt>{t("customer.consent", { channel: tWord("channel", channel) })}</dt><dd>{t(consent.withdrawn_at ? "customer.consent_withdrawn" : "customer.consent_given")}</dd></>
        ))}
      </dl>
      {customer.external_ids.length > 0 && <p class="quiet">{t("customer.known_as")} {customer.external_ids.map((id) => <code key={id}>{id} </code>)}</p>}
      {bySystem(customer.attributes).map(({ system, attributes, at }) => (
        <section key={system} class="of-system" aria-label={t("customer.from_system", { system })}>
          <h4>{system} <span class="quiet" title={fullMoment(at)}>{shortMoment(at, now)}</span></h4>
          <dl class="facts">
            {attributes.map((one) => <div key={one.name}><dt>{one.name}</dt><dd dir="auto" title={fullMoment(one.at)}>{typeof one.value === "boolean" ? t(one.value ? "set.yes" : "set.no") : String(one.value)}</dd></div>)}
          </dl>
        </section>
      ))}
      <Merges customer={customer} now={now} changed={changed} />
      <h4>{t("customer.other_cases", { n: others.length })}</h4>
      <ul class="cases">
        {others.map((each) => (
          <li key={each.id}>
            <a href={hrefOf(each.reference)}><Icon name={each.channel} label={tWord("channel", each.channel)} /><bdi>{each.subject || t("row.no_subject")}</bdi></a>
            <span class={`quiet ${urgencyOf(each.deadline_at, now)}`}>{tWord("status", each.status)} · {shortMoment(each.last_activity_at, now)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
