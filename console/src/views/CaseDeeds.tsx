// What one does with a case besides answering: take it, give it back or to a colleague, hand it over, close it.

import { useRef, useState } from "preact/hooks";
import type { Case, Customer, Entry } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useDeed } from "../deed.ts";
import { useKeys } from "../hooks.ts";
import { t } from "../texts.ts";
import { AssignTo } from "./AssignTo.tsx";
import { MoreDeeds } from "./MoreDeeds.tsx";

interface Shown {
  one: Case;
  customer: Customer | null;
  entries: Entry[];
  now: number;
  hrefOf: (reference: string) => string;
  changed: () => void;
}

export function CaseDeeds({ one, customer, entries, now, hrefOf, changed }: Shown) {
  const { hub, login, nameOf, say, teams } = useConsole();
  const { busy, act: attempt } = useDeed(changed);
  const dialog = useRef<HTMLDialogElement>(null);
  const [team, setTeam] = useState("");
  const [context, setContext] = useState("");
  const act = (deed: () => Promise<void>, done: string) => attempt(async () => {
    await deed();
    say(done);
  });
  const mine = one.assignee === login.subject;
  const take = () => act(() => hub.assign(one.reference, mine ? null : "me"), t(mine ? "deed.given_back" : "deed.taken"));
  useKeys({ a: () => void take() });
  const others = teams.filter((name) => name !== one.team);
  const transfer = async (event: Event) => {
    event.preventDefault();
    if (await act(() => hub.transfer(one.reference, team || (others[0] ?? ""), context), t("deed.transferred"))) {
      dialog.current?.close();
      setContext("");
    }
  };
  return (
    <div class="deeds">
      <span class="owner">{one.assignee ? t("case.owner", { who: nameOf(one.assignee) }) : t("row.nobody")}</span>
      <button type="button" disabled={busy} onClick={() => void take()} aria-keyshortcuts="a">{t(mine ? "deed.give_back" : "deed.take")}</button>
      {one.status === "open" && <AssignTo one={one} busy={busy} act={act} />}
      {others.length > 0 && one.status === "open" && <button type="button" disabled={busy} onClick={() => dialog.current?.showModal()}>{t("deed.transfer")}</button>}
      {one.status === "open" && (
        <button type="button" disabled={busy} onClick={() => void act(() => hub.close(one.reference, one.messages_in), t("deed.closed"))}>{t("deed.close")}</button>
      )}
      <MoreDeeds one={one} customer={customer} entries={entries} now={now} hrefOf={hrefOf} changed={changed} />
      <dialog ref={dialog} aria-labelledby="transfer-title">
        <form onSubmit={(event) => void transfer(event)}>
          <h2 id="transfer-title">{t("transfer.title")}</h2>
          <label>{t("transfer.team")}
            <select value={team} onChange={(event) => setTeam(event.currentTarget.value)}>
              {others.map((name) => <option key={name} value={name}>{name}</option>)}
            </select>
          </label>
          <label>{t("transfer.context")}
            <textarea required maxLength={500} rows={4} value={context} onInput={(event) => setContext(event.currentTarget.value)} />
          </label>
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
            <button type="submit" class="main" disabled={busy}>{t("deed.transfer")}</button>
          </p>
        </form>
      </dialog>
    </div>
  );
}
