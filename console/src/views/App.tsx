// The frame around everything: where one is, who one is, news and complaints.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { hubFor, type Page } from "../api/hub.ts";
import type { Mention } from "../api/types.ts";
import type { Config } from "../config.ts";
import { ConsoleContext, type Console } from "../console.ts";
import { useFeed } from "../feed.ts";
import { useKeys, useNow, usePolled } from "../hooks.ts";
import { keepMentionsSeen, keepSeen, readMentionsSeen, readSeen, withSeen } from "../kept.ts";
import type { LoginKeeper } from "../login/renewal.ts";
import type { Login } from "../login/session.ts";
import { hashOf, OF_NO_TEAM, parseRoute, type Route, type View } from "../route.ts";
import { t, type Key } from "../texts.ts";
import type { Trouble } from "../trouble.ts";
import { CasePage } from "./CasePage.tsx";
import { Find } from "./Find.tsx";
import { Help } from "./Help.tsx";
import { Icon } from "./Icon.tsx";
import { Inbox } from "./Inbox.tsx";
import { Late } from "./Late.tsx";
import { MentionList } from "./MentionList.tsx";
import { Many } from "./Many.tsx";
import { ParkedList } from "./ParkedList.tsx";
import { Presence } from "./Presence.tsx";
import { Reports } from "./Reports.tsx";
import { Settings } from "./settings/Settings.tsx";
import { TaskList } from "./TaskList.tsx";
import { TroubleWords } from "./TroubleNote.tsx";

const VIEWS: View[] = ["team", "unassigned", "mine", "mentions", "late", "tasks", "parked", "many"];
// Lists that need the whole width as long as no case is open.
const WIDE: View[] = ["late", "tasks", "parked", "many", "find", "settings", "reports"];
// In these no case can be open.
const WITHOUT_CASE: View[] = ["parked", "many", "settings", "reports"];
const LEAD = ["supervisor", "admin"];
const SAID_FOR = 6_000;
// Beside what the feed says.
const MENTIONS_EVERY = 60_000;

interface Shown {
  config: Config;
  login: Login;
  keeper: LoginKeeper;
  leave: () => void;
  expired: () => void;
}

export function App({ config, login, keeper, leave, expired }: Shown) {
  const teams = useMemo(() => [...new Set([...login.teams, ...config.teams])], [login, config]);
  const [route, setRoute] = useState<Route>(() => parseRoute(location.hash, teams));
  const [names, setNames] = useState<Record<string, string>>({});
  const [seen, setSeen] = useState(() => readSeen(localStorage));
  const [said, setSaid] = useState("");
  const [complaint, setComplaint] = useState<Trouble | null>(null);
  const help = useRef<HTMLDialogElement>(null);
  const tabs = useRef<HTMLElement>(null);
  const now = useNow();
  const hub = useMemo(
    () => hubFor({ base: config.api, token: () => keeper.access, renew: (refused) => keeper.renew(refused), expired }), [keeper, config],
  );
  const feed = useFeed(hub);
  const [mentions, setMentions] = useState<Page<Mention> | null>(null);
  const [mentionsSeen, setMentionsSeen] = useState(() => readMentionsSeen(localStorage));
  const fresh = (mentions?.items ?? []).filter((one) => one.entry.id > mentionsSeen);

  useEffect(() => {
    const moved = () => setRoute((before) => {
      const found = parseRoute(location.hash, teams);
      return OF_NO_TEAM.includes(found.view) ? { ...found, team: before.team || found.team } : found;
    });
    window.addEventListener("hashchange", moved);
    return () => window.removeEventListener("hashchange", moved);
  }, [teams]);
  useEffect(() => {
    hub.agents().then(
      (agents) => setNames(Object.fromEntries(agents.map((agent) => [agent.subject, agent.name ?? ""]))),
      () => {}, // who has no name is shown by their id
    );
  }, [hub]);
  usePolled(async (isCurrent) => {
    try {
      const found = await hub.mentions();
      if (!isCurrent()) return;
      const newest = mentions?.items[0]?.entry.id ?? "";
      const [first] = mentions ? found.items.filter((one) => one.entry.id > newest) : [];
      if (first) setSaid(t("news.mention", { subject: first.case.subject }));
      setMentions(found);
    } catch {
      // It is asked again, and whatever else does not answer says so.
    }
  }, MENTIONS_EVERY, "", feed.mentioned);
  useEffect(() => keepSeen(localStorage, seen), [seen]);
  useEffect(() => keepMentionsSeen(localStorage, mentionsSeen), [mentionsSeen]);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(""), SAID_FOR);
    return () => clearTimeout(timer);
  }, [said]);
  useEffect(() => {
    document.title = `${t(`view.${route.view}`)} · Splot`;
    tabs.current?.querySelector("a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [route]);
  useKeys({
    s: () => { location.hash = find; },
    "?": () => help.current?.showModal(),
    g: () => tabs.current?.querySelector<HTMLAnchorElement>("a[aria-current]")?.focus(),
  });

  const console_: Console = useMemo(() => ({
    hub, login, config, teams, say: setSaid, complain: setComplaint,
    nameOf: (subject) => (subject === login.subject ? t("author.me") : names[subject] || subject.slice(0, 8)),
  }), [hub, login, config, teams, names]);
  const leads = login.roles.some((role) => LEAD.includes(role));
  const find = hashOf({ view: "find", team: route.team, reference: null });
  const back = hashOf({ ...route, reference: null });
  const withoutCase = WITHOUT_CASE.includes(route.view);
  const chosenTeam = route.team || teams[0] || "";
  return (
    <ConsoleContext.Provider value={console_}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t("skip")}</a>
      <header class="top">
        <h1><img src="icon.svg" alt="" width="26" height="26" /> Splot</h1>
        <nav ref={tabs} aria-label={t("nav.label")}>
          {VIEWS.map((view) => (
            <a key={view} href={hashOf({ view, team: chosenTeam, reference: null })} aria-current={route.view === view ? "page" : undefined}>
              {t(`view.${view}` as Key)}{view === "mentions" && fresh.length > 0 && <span class="tag count" title={t("mention.new")}>{fresh.length}</span>}
            </a>
          ))}
        </nav>
        {["team", "unassigned", "tasks"].includes(route.view) && teams.length > 1 && (
          <label class="inline team-choice"><span>{t("nav.team")}</span>
            <select value={route.team} onChange={(event) => { location.hash = hashOf({ ...route, team: event.currentTarget.value, reference: null }); }}>
              {[...new Set([...teams, route.team])].map((team) => <option key={team} value={team}>{team}</option>)}
            </select>
          </label>
        )}
        <span class="space" />
        <a class="top-link" title={t("view.find")} href={find} aria-current={route.view === "find" ? "page" : undefined} aria-keyshortcuts="s"><Icon name="search" /><span>{t("view.find")}</span></a>
        {leads && <a class="top-link" title={t("view.reports")} href={hashOf({ view: "reports", team: route.team, reference: null })} aria-current={route.view === "reports" ? "page" : undefined}><Icon name="reports" /><span>{t("view.reports")}</span></a>}
        {leads && <a class="top-link" title={t("view.settings")} href={hashOf({ view: "settings", team: route.team, reference: null })} aria-current={route.view === "settings" ? "page" : undefined}><Icon name="settings" /><span>{t("view.settings")}</span></a>}
        <Presence />
        <button type="button" class="plain" onClick={() => help.current?.showModal()} aria-keyshortcuts="?" aria-label={t("help.title")}>?</button>
        <button type="button" class="plain" onClick={leave}>{t("logout")}</button>
      </header>
      <main id="main" tabIndex={-1} class={`view-${route.view}${WIDE.includes(route.view) ? " wide" : ""}${route.reference && !withoutCase ? " with-case" : ""}`}>
        {route.view === "reports" ? <Reports now={now} /> : route.view === "settings" ? <Settings route={route} now={now} /> : route.view === "find" ? <Find route={route} now={now} /> : route.view === "mentions" ? (
          <MentionList route={route} now={now} newest={mentions} seenUpTo={mentionsSeen} looked={() => setMentionsSeen((before) => { const newest = mentions?.items[0]?.entry.id ?? ""; return newest > before ? newest : before; })} />
        ) : route.view === "parked" ? <ParkedList route={route} now={now} /> : route.view === "many" ? <Many route={route} now={now} /> : route.view === "late" ? <Late route={route} now={now} /> : route.view === "tasks" ? <TaskList route={route} now={now} /> : <Inbox route={route} seen={seen} now={now} feed={feed} />}
        {withoutCase ? null : route.reference ? (
          <CasePage
            key={route.reference} reference={route.reference} back={back} now={now} feed={feed} hrefOf={(reference) => hashOf({ ...route, reference })}
            seenUpTo={(caseId, at) => setSeen((before) => withSeen(before, caseId, at))}
          />
        ) : !WIDE.includes(route.view) && <p class="nothing-open">{t("case.none")}</p>}
      </main>
      <div class="news" role="status" aria-live="polite">{said && <p>{said}</p>}</div>
      <div class="complaint" role="alert">{complaint && <div class="complained"><TroubleWords trouble={complaint} /> <button type="button" class="plain" onClick={() => setComplaint(null)}>{t("dismiss")}</button></div>}</div>
      <Help dialog={help} />
    </ConsoleContext.Provider>
  );
}
