// Above what one writes: who else is at the case, what else of the customer is open, and what they were promised there.

import type { AtCase, Case, Customer } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { openElsewhere } from "../elsewhere.ts";
import { byDoing } from "../presence.ts";
import { language, t, type Key } from "../texts.ts";
import { dueWords, urgencyOf } from "../times.ts";
import { Icon } from "./Icon.tsx";

export function WhoElse({ others }: { others: AtCase[] }) {
  const { login, nameOf } = useConsole();
  const { writing, reading } = byDoing(others, login.subject);
  const told = (found: AtCase[], key: Key) => found.length > 0
    && t(key, { who: new Intl.ListFormat(language).format(found.map((one) => one.name || nameOf(one.subject))), n: found.length });
  return (
    <p class="who-else" role="status">
      {writing.length > 0 && <span class="writing"><Icon name="note" /> {told(writing, "who.writing")}</span>}
      {reading.length > 0 && <span class="quiet">{told(reading, "who.reading")}</span>}
    </p>
  );
}

export function AlsoOpen({ customer, one, now, hrefOf }: { customer: Customer | null; one: Case; now: number; hrefOf: (reference: string) => string }) {
  const others = openElsewhere(customer, one);
  if (!others.length) return null;
  return (
    <section class="also-open quiet" aria-labelledby="also-open">
      <p id="also-open">{t("composer.also_open", { n: others.length })}</p>
      <ul>
        {others.map(({ one: other, promises }) => (
          <li key={other.id}>
            <a href={hrefOf(other.reference)}><bdi>{other.subject || other.reference}</bdi></a>
            {promises.map((promise) => (
              <span key={promise.id} class={`owed ${urgencyOf(promise.due_at, now)}`}>
                <q dir="auto">{promise.text}</q> {dueWords(promise.due_at, now, "promise")}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
