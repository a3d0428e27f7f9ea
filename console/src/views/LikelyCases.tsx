// Open cases that look like an incident, to look at and to link many at once. Nothing is linked by looking.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Incident, LikelyCase } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { stillListed } from "../lists.ts";
import { hashOf, type Route } from "../route.ts";
import { t, tWord } from "../texts.ts";
import { shortMoment } from "../times.ts";
import { plainly, troubleOf, type Trouble } from "../trouble.ts";
import { Icon } from "./Icon.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

const MOST_AT_ONCE = 50;

interface Shown {
  one: Incident;
  route: Route;
  now: number;
  changed: () => void;
}

export function LikelyCases({ one, route, now, changed }: Shown) {
  const { hub, teams, say, complain } = useConsole();
  // The team of its first inbox, unless one says another.
  const [team, setTeam] = useState(one.inboxes.length ? "" : route.team);
  const [words, setWords] = useState("");
  const [found, setFound] = useState<LikelyCase[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const looks = useRef(0);
  const look = async (cursor: string | null) => {
    const mine = (looks.current += 1);
    setBusy(true);
    try {
      const page = await hub.likelyCases(one.id, { team, words: words.trim() }, cursor);
      if (mine !== looks.current) return; // one looks for something else by now
      const known = cursor ? found : [];
      const all = [...known, ...page.items.filter((each) => !known.some((other) => other.case.id === each.case.id))];
      setFound(all);
      // What is linked is answered with the others: nothing that one does not see.
      setChosen((before) => stillListed(before, all.map((each) => each.case)));
      setNext(page.next);
      setTrouble(null);
    } catch (error) {
      if (mine === looks.current) setTrouble(troubleOf(error));
    } finally {
      if (mine === looks.current) setBusy(false);
    }
  };
  useEffect(() => { void look(null); }, [team]);
  const link = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { linked, left } = await hub.linkCases(one.id, chosen.slice(0, MOST_AT_ONCE));
      setFound((before) => before.filter((each) => !linked.includes(each.case.reference)));
      setChosen((before) => before.filter((reference) => !linked.includes(reference)));
      say(t("incident.were_linked", { n: linked.length }));
      const refused = Object.entries(left).map(([reference, code]) => `${reference}: ${tWord("problem", code)}`);
      if (refused.length) complain(plainly(refused.join(" · ")));
    } catch (error) {
      complain(troubleOf(error));
    } finally {
      setBusy(false);
      changed();
    }
  };
  const choose = (reference: string, isChosen: boolean) =>
    setChosen(isChosen ? [...chosen, reference] : chosen.filter((other) => other !== reference));
  const all = found.slice(0, MOST_AT_ONCE).map((each) => each.case.reference);
  return (
    <section class="card" aria-labelledby="incident-likely">
      <h3 id="incident-likely">{t("incident.likely")}</h3>
      <form class="likely-wanted" onSubmit={(event) => { event.preventDefault(); void look(null); }}>
        <label class="inline">{t("nav.team")}
          <select value={team} onChange={(event) => { setChosen([]); setTeam(event.currentTarget.value); }}>
            {one.inboxes.length > 0 && <option value="">{t("incident.of_inbox", { inbox: one.inboxes[0] ?? "" })}</option>}
            {teams.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </label>
        <label class="inline">{t("incident.words")}<input type="text" maxLength={200} value={words} placeholder={t("incident.words_hint")} onInput={(event) => setWords(event.currentTarget.value)} /></label>
        <button type="submit" disabled={busy}>{t("incident.look")}</button>
      </form>
      {trouble && <TroubleNote trouble={trouble} />}
      <p class="quiet" role="status">{busy ? t("loading") : found.length ? "" : t(next ? "find.further_back" : "incident.none_likely")}</p>
      <form onSubmit={(event) => void link(event)}>
        <ul class="likely">
          {found.map(({ case: each, words: because }) => (
            <li key={each.id}>
              <label class="inline">
                <input type="checkbox" checked={chosen.includes(each.reference)} onChange={(event) => choose(each.reference, event.currentTarget.checked)} />
                <span><bdi>{each.subject || t("row.no_subject")}</bdi> <bdi class="quiet">{each.customer_name ?? ""}</bdi></span>
              </label>
              <span class="quiet">
                <Icon name={each.last_channel} label={tWord("channel", each.last_channel)} />{" "}
                <a href={hashOf({ view: "team", team: each.team, reference: each.reference })}><code>{each.reference}</code></a>{" "}
                {shortMoment(each.last_activity_at, now)} · {t("incident.because", { words: because.map((word) => `${word}…`).join(", ") })}
              </span>
            </li>
          ))}
        </ul>
        <p class="buttons">
          {next && <button type="button" disabled={busy} onClick={() => void look(next)}>{t("find.more")}</button>}
          {found.length > 1 && <button type="button" onClick={() => setChosen(chosen.length === all.length ? [] : all)}>{t(chosen.length === all.length ? "incident.choose_none" : "incident.choose_all")}</button>}
          {found.length > 0 && <button type="submit" class="main" disabled={busy || !chosen.length}>{t("incident.link", { n: chosen.length })}</button>}
        </p>
      </form>
    </section>
  );
}
