// What is done with a case now and then: its kind and priority, spam, another customer's, two matters in one, part of an incident, a call or a
// letter to arrange.

import { useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Case, Customer, Entry } from "../api/types.ts";
import { useConsole, withoutKind } from "../console.ts";
import { t, type Key } from "../texts.ts";
import { momentWords } from "../times.ts";
import { troubleOf } from "../trouble.ts";
import { LinkIncident } from "./CaseIncident.tsx";
import { FindPerson } from "./FindPerson.tsx";
import { SortCase } from "./SortCase.tsx";

type Deed = "sort" | "spam" | "move" | "split" | "task" | "incident";

interface Shown {
  one: Case;
  customer: Customer | null;
  entries: Entry[];
  now: number;
  hrefOf: (reference: string) => string;
  changed: () => void;
}

const LONGEST_PIECE = 90;

export function MoreDeeds({ one, customer, entries, now, hrefOf, changed }: Shown) {
  const { hub, say, complain } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [deed, setDeed] = useState<Deed | null>(null);
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState("");
  const [person, setPerson] = useState<Customer | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [kind, setKind] = useState<"call" | "letter">("call");
  const [to, setTo] = useState("");
  const [due, setDue] = useState("");

  const open = () => {
    setDeed(null);
    setWhy("");
    setPerson(null);
    setChosen([]);
    setTo(customer?.contact_points.find((point) => point.startsWith("phone:"))?.slice("phone:".length) ?? "");
    setDue("");
    dialog.current?.showModal();
  };
  const turn = (next: Deed | null) => {
    setDeed(next);
    requestAnimationFrame(() => title.current?.focus());
  };
  // `does` may name the case to go to.
  const act = async (event: Event, does: () => Promise<string | void>, words: Key) => {
    event.preventDefault();
    setBusy(true);
    try {
      const goTo = await does();
      dialog.current?.close();
      say(t(words));
      if (goTo) location.hash = hrefOf(goTo);
    } catch (error) {
      complain(troubleOf(error));
      dialog.current?.close();
    } finally {
      setBusy(false);
      changed();
    }
  };
  const isSpam = one.status === "spam";
  const spam = (event: Event) => act(event, () => hub.markSpam(one.reference, !isSpam, why, one.messages_in, one.version), isSpam ? "more.is_no_spam" : "more.is_spam");
  const move = (event: Event) => act(event, async () => {
    if (person) await hub.moveCase(one.reference, person.id, why, one.version);
  }, "more.moved");
  const split = (event: Event) => act(event, async () => (await hub.splitCase(one.reference, chosen, why, person?.id ?? null, one.version)).case, "more.was_split");
  const arrange = (event: Event) => act(event, async () => {
    await hub.arrangeTask(one.reference, { kind, to, about: why, ...(due ? { due_at: new Date(due).toISOString() } : {}) }, one.version);
  }, "more.arranged");

  const own = entries.filter((entry) => entry.case_id === one.id && ["inbound", "outbound", "note"].includes(entry.kind));
  // Of what the customer wrote something goes, and something stays.
  const theirs = own.filter((entry) => entry.kind === "inbound");
  const isDivided = theirs.some((entry) => chosen.includes(entry.id)) && theirs.some((entry) => !chosen.includes(entry.id));
  const usual: Deed[] = ["sort", "task", ...(theirs.length > 1 ? ["split"] as const : []), ...(one.incident ? [] : ["incident"] as const), "move", "spam"];
  const possible: Deed[] = isSpam ? ["spam"] : one.status === "open" || one.status === "closed" ? usual : [];
  if (!possible.length) return null;
  const heading = (key: Key, values = {}) => <h2 id="more-title" ref={title} tabIndex={-1}>{t(key, values)}</h2>;
  const theWhy = (label: Key) => <label>{t(label)}<textarea required maxLength={500} rows={2} value={why} onInput={(event) => setWhy(event.currentTarget.value)} /></label>;
  const end = (words: Key, ready = true): ComponentChildren => (
    <p class="buttons">
      <button type="button" onClick={() => turn(null)}>{t("more.back")}</button>
      <button type="submit" class="main" disabled={busy || !ready || !why.trim()}>{t(words)}</button>
    </p>
  );
  return (
    <>
      <button type="button" onClick={open}>{t("more.title")}</button>
      <dialog ref={dialog} aria-labelledby="more-title">
        {deed === null && (
          <>
            {heading("more.what", { reference: one.reference })}
            <ul class="more-deeds">
              {possible.map((each) => <li key={each}><button type="button" onClick={() => turn(each)}>{t(each === "spam" && isSpam ? "more.no_spam" : `more.${each}`)}</button></li>)}
            </ul>
            <p class="buttons"><button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button></p>
          </>
        )}
        {deed === "sort" && <SortCase one={one} heading={heading("more.sort")} back={() => turn(null)} done={() => { dialog.current?.close(); changed(); }} />}
        {deed === "incident" && <LinkIncident one={one} heading={heading("more.incident")} back={() => turn(null)} done={() => { dialog.current?.close(); changed(); }} />}
        {deed === "spam" && (
          <form onSubmit={(event) => void spam(event)}>
            {heading(isSpam ? "more.no_spam" : "more.spam")}
            <p>{t(isSpam ? "more.no_spam_what" : "more.spam_what")}</p>
            {theWhy("more.why")}
            {end(isSpam ? "more.no_spam" : "more.spam")}
          </form>
        )}
        {deed === "move" && (
          <form onSubmit={(event) => void move(event)}>
            {heading("more.move")}
            <p>{t("more.move_what")}</p>
            <FindPerson label={t("more.whose")} without={one.customer_id} chosen={person} choose={setPerson} />
            {theWhy("more.why")}
            {end("more.move", person !== null)}
          </form>
        )}
        {deed === "split" && (
          <form onSubmit={(event) => void split(event)}>
            {heading("more.split")}
            <p>{t("more.split_what")}</p>
            <fieldset class="people"><legend>{t("more.which")}</legend>
              {own.map((entry) => (
                <label key={entry.id} class="inline">
                  <input type="checkbox" checked={chosen.includes(entry.id)} onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, entry.id] : chosen.filter((id) => id !== entry.id))} />
                  <span dir="auto">{momentWords(entry.at, now)} {(entry.text || entry.subject || "").slice(0, LONGEST_PIECE)}</span>
                </label>
              ))}
            </fieldset>
            <FindPerson label={t("more.split_whose")} without={one.customer_id} chosen={person} choose={setPerson} />
            {theWhy("more.why")}
            {end("more.split", isDivided)}
          </form>
        )}
        {deed === "task" && (
          <form onSubmit={(event) => void arrange(event)}>
            {heading("more.task")}
            <label>{t("more.kind")}
              <select value={kind} onChange={(event) => setKind(event.currentTarget.value as "call" | "letter")}>
                <option value="call">{t("task.call")}</option>
                <option value="letter">{t("task.letter")}</option>
              </select>
            </label>
            <label>{t(kind === "call" ? "more.number" : "more.address")}
              {kind === "call" ? <input type="tel" required value={to} maxLength={40} autoComplete="off" list="more-numbers" onInput={(event) => setTo(event.currentTarget.value)} /> : <textarea required rows={3} maxLength={500} value={to} onInput={(event) => setTo(event.currentTarget.value)} />}
            </label>
            <datalist id="more-numbers">{customer?.contact_points.filter((point) => point.startsWith("phone:")).map((point) => <option key={point} value={withoutKind(point)} />)}</datalist>
            {theWhy("more.about")}
            <label>{t("more.due")}<input type="datetime-local" value={due} onInput={(event) => setDue(event.currentTarget.value)} /></label>
            {end("more.arrange", to.trim() !== "")}
          </form>
        )}
      </dialog>
    </>
  );
}
