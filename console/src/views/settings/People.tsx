// Who answers: who is there, in which teams, what they can do and how much they take.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Agent } from "../../api/types.ts";
import { useConsole } from "../../console.ts";
import { useDeed } from "../../deed.ts";
import { usePolled } from "../../hooks.ts";
import type { Json } from "../../settings/document.ts";
import { namesIn } from "../../settings/references.ts";
import { t, tWord } from "../../texts.ts";
import { momentWords } from "../../times.ts";
import { troubleOf, type Trouble } from "../../trouble.ts";
import { TroubleNote } from "../TroubleNote.tsx";

const EVERY = 15_000;

export function People({ now, document }: { now: number; document: Json }) {
  const { hub, teams: known } = useConsole();
  const [agents, setAgents] = useState<Agent[] | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const ask = usePolled(async (isCurrent) => {
    try {
      const found = await hub.agents();
      if (!isCurrent()) return;
      setAgents(found);
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, EVERY, "people");
  const teams = [...new Set([...namesIn(document, "teams"), ...known])];
  return (
    <section aria-labelledby="section-title">
      <h3 id="section-title">{tWord("section", "people")}</h3>
      <p class="quiet">{t("people.what")}</p>
      {trouble && <TroubleNote trouble={trouble} />}
      {agents && !agents.length && <p class="quiet">{t("people.nobody")}</p>}
      <ul class="items">
        {agents?.map((one) => <Person key={one.subject} agent={one} agents={agents} teams={teams} now={now} changed={ask} />)}
      </ul>
    </section>
  );
}

interface Shown {
  agent: Agent;
  agents: Agent[];
  teams: string[];
  now: number;
  changed: () => void;
}

function Person({ agent, agents, teams, now, changed }: Shown) {
  const { hub, login, say, nameOf } = useConsole();
  const { busy, act } = useDeed();
  const dialog = useRef<HTMLDialogElement>(null);
  const doing = (deed: () => Promise<unknown>, words: string) => act(async () => {
    await deed();
    say(words);
    changed();
  });
  const name = agent.name || nameOf(agent.subject);
  const isThere = agent.presence === "present";
  const about = [agent.teams.join(", "), t("people.capacity_of", { n: agent.capacity }), agent.skills.join(", ")].filter(Boolean).join(" · ");
  return (
    <li class="card person">
      <p>
        <strong>{name}</strong>{agent.subject === login.subject && <span class="quiet"> ({t("author.me")})</span>}{" "}
        <span class={`tag ${isThere ? "good" : "low"}`}>{tWord("presence", agent.presence)}{!isThere && agent.absent_until && ` · ${t("people.until", { when: momentWords(agent.absent_until, now) })}`}</span>
      </p>
      <p class="quiet">{about}</p>
      <p class="deeds">
        <button type="button" disabled={busy} onClick={() => void doing(() => hub.setPresence(agent.subject, isThere ? "absent" : "present"), t("people.noted"))} aria-label={`${t(isThere ? "people.absent" : "people.present")}: ${name}`}>{t(isThere ? "people.absent" : "people.present")}</button>
        <button type="button" onClick={() => dialog.current?.showModal()}>{t("people.hand_over")}<span class="hidden"> ({name})</span></button>
      </p>
      <Profile key={agent.version} agent={agent} teams={teams} busy={busy} save={(profile) => doing(() => hub.saveAgent(agent.subject, profile, agent.version), t("people.saved"))} />
      <HandOver
        dialog={dialog} name={name} others={agents.filter((other) => other.subject !== agent.subject)} busy={busy}
        go={(why, to) => doing(async () => {
          while ((await hub.handOver(agent.subject, why, to)).more);
          dialog.current?.close();
        }, t("people.handed_over"))}
      />
    </li>
  );
}

const words = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

export interface Profile {
  name: string;
  email: string | null;
  phone: string | null;
  teams: string[];
  skills: string[];
  languages: string[];
  capacity: number;
}

function Profile({ agent, teams, busy, save }: { agent: Agent; teams: string[]; busy: boolean; save: (profile: Profile) => Promise<boolean> }) {
  const [profile, setProfile] = useState<Profile>({
    name: agent.name ?? "", email: agent.email, phone: agent.phone, teams: agent.teams, skills: agent.skills, languages: agent.languages, capacity: agent.capacity,
  });
  const [skills, setSkills] = useState(agent.skills.join(", "));
  const [languages, setLanguages] = useState(agent.languages.join(", "));
  const id = `who-${agent.subject}`;
  const set = (part: Partial<Profile>) => setProfile({ ...profile, ...part });
  const submit = (event: Event) => {
    event.preventDefault();
    void save({ ...profile, skills: words(skills), languages: words(languages) });
  };
  return (
    <details>
      <summary>{t("people.edit")}</summary>
      <form class="members" onSubmit={submit}>
        <label class="setting"><span>{t("people.name")}</span><input value={profile.name} maxLength={100} autoComplete="off" onInput={(event) => set({ name: event.currentTarget.value })} /></label>
        <label class="setting"><span>{t("people.email")}</span><input type="email" value={profile.email ?? ""} autoComplete="off" onInput={(event) => set({ email: event.currentTarget.value || null })} /></label>
        <label class="setting"><span>{t("people.phone")}</span><input type="tel" value={profile.phone ?? ""} pattern="\+[1-9][0-9]{6,14}" placeholder="+48601234567" autoComplete="off" onInput={(event) => set({ phone: event.currentTarget.value || null })} /></label>
        <fieldset class="group"><legend>{t("people.teams")}</legend>
          <div class="several">
            {[...new Set([...teams, ...profile.teams])].map((team) => (
              <label key={team} class="inline">
                <input type="checkbox" checked={profile.teams.includes(team)} onChange={(event) => set({ teams: event.currentTarget.checked ? [...profile.teams, team] : profile.teams.filter((one) => one !== team) })} /> {team}
              </label>
            ))}
          </div>
        </fieldset>
        <label class="setting"><span>{t("people.skills")}</span><input value={skills} autoComplete="off" onInput={(event) => setSkills(event.currentTarget.value)} /></label>
        <label class="setting"><span>{t("people.languages")}</span><input value={languages} placeholder="pl, en" autoComplete="off" onInput={(event) => setLanguages(event.currentTarget.value)} /></label>
        <div class="setting">
          <label for={`${id}-capacity`}>{t("people.capacity")}</label>
          <input id={`${id}-capacity`} type="number" min={0} max={200} required value={profile.capacity} aria-describedby={`${id}-hint`} onInput={(event) => set({ capacity: Number(event.currentTarget.value) })} />
          <p class="hint" id={`${id}-hint`}>{t("people.capacity_hint")}</p>
        </div>
        <p class="buttons"><button type="submit" class="main" disabled={busy}>{t("people.save")}</button></p>
      </form>
    </details>
  );
}

interface HandOverShown {
  dialog: { current: HTMLDialogElement | null };
  name: string;
  others: Agent[];
  busy: boolean;
  go: (why: string, to: string | null) => Promise<boolean>;
}

function HandOver({ dialog, name, others, busy, go }: HandOverShown) {
  const { nameOf } = useConsole();
  const [why, setWhy] = useState("");
  const [to, setTo] = useState("");
  const title = useRef(`hand-over-${Math.random().toString(36).slice(2)}`);
  useEffect(() => setWhy(""), [name]);
  return (
    <dialog ref={(element) => { dialog.current = element; }} aria-labelledby={title.current}>
      <h2 id={title.current}>{t("people.hand_over_of", { name })}</h2>
      <form onSubmit={(event) => { event.preventDefault(); void go(why, to || null); }}>
        <label>{t("people.to")}
          <select value={to} onChange={(event) => setTo(event.currentTarget.value)}>
            <option value="">{t("people.to_whoever")}</option>
            {others.map((other) => <option key={other.subject} value={other.subject}>{other.name || nameOf(other.subject)}</option>)}
          </select>
        </label>
        <label>{t("people.why")}<textarea required maxLength={500} rows={2} value={why} onInput={(event) => setWhy(event.currentTarget.value)} /></label>
        <p class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
          <button type="submit" class="main" disabled={busy || !why.trim()}>{t("people.hand_over")}</button>
        </p>
      </form>
    </dialog>
  );
}
