// What the hub would not take in by itself and keeps for a person: the list, and one of them to decide by.

import { useState } from "preact/hooks";
import type { WaitingMessage } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { hashOf, type Route } from "../route.ts";
import { t, tWord } from "../texts.ts";
import { momentWords } from "../times.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { ParkedMessage } from "./ParkedMessage.tsx";
import { ParkedTogether } from "./ParkedTogether.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

const EVERY = 15_000;

export function ParkedList({ route, now }: { route: Route; now: number }) {
  const { hub } = useConsole();
  const [waiting, setWaiting] = useState<WaitingMessage[] | null>(null);
  const [more, setMore] = useState(false);
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const ask = usePolled(async (isCurrent) => {
    try {
      const page = await hub.parked();
      if (!isCurrent()) return;
      setWaiting(page.items);
      setMore(page.next !== null);
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, EVERY, "parked");
  if (route.reference) {
    return (
      <ParkedMessage
        key={route.reference} id={route.reference} back={hashOf({ ...route, reference: null })} team={route.team} now={now}
        decided={(id) => setDecided(new Set([...decided, id]))}
      />
    );
  }
  // The list of the API may lag behind a decision by moments.
  const shown = waiting?.filter((one) => !decided.has(one.id)) ?? [];
  return (
    <section class="late-list" aria-labelledby="parked-title">
      <header><h2 id="parked-title">{t("view.parked")}</h2><ParkedTogether waiting={shown} changed={ask} /></header>
      <p class="quiet">{t("parked.what")}</p>
      {trouble && <TroubleNote trouble={trouble} />}
      {!waiting && !trouble && <p class="quiet" role="status">{t("loading")}</p>}
      {waiting && !shown.length && <p class="empty">{t("parked.nothing")}</p>}
      {shown.length > 0 && (
        <div class="scroll card" tabIndex={0} role="region" aria-labelledby="parked-title">
          <table>
            <thead><tr><th scope="col">{t("parked.reason")}</th><th scope="col">{t("parked.since")}</th></tr></thead>
            <tbody>
              {shown.map((one) => (
                <tr key={one.id}>
                  <th scope="row"><a href={hashOf({ ...route, reference: one.id })}>{tWord("reason", one.reason)}</a></th>
                  <td>{momentWords(one.at, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && <p class="quiet">{t("parked.more")}</p>}
    </section>
  );
}
