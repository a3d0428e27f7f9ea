// One parked message: what can be read of it, and what becomes of it. Nothing of it is believed, and all of it is text.

import { useEffect, useRef, useState } from "preact/hooks";
import type { ParkedLook } from "../api/types.ts";
import { useConsole, withoutKind } from "../console.ts";
import { hashOf } from "../route.ts";
import { t, tWord } from "../texts.ts";
import { Remarks } from "./Remarks.tsx";
import { momentWords } from "../times.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { TroubleNote } from "./TroubleNote.tsx";

interface Shown {
  id: string;
  back: string;
  team: string;
  now: number;
  decided: (id: string) => void;
}

export function ParkedMessage({ id, back, team, now, decided }: Shown) {
  const { hub, say, complain, nameOf } = useConsole();
  const [look, setLook] = useState<ParkedLook | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    let left = false;
    hub.lookAtParked(id).then(
      (found) => { if (!left) setLook(found); },
      (error: unknown) => { if (!left) setTrouble(troubleOf(error)); },
    );
    return () => { left = true; };
  }, [hub, id]);
  useEffect(() => title.current?.focus(), [look]);
  const open = async () => {
    try {
      // The bytes of a virus are linked for whoever says that they want them.
      const found = look?.download ?? (await hub.lookAtParked(id, true)).download;
      if (found) location.assign(found.url);
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  if (!look) return <section class="late-list">{trouble ? <TroubleNote trouble={trouble} /> : <p class="quiet" role="status">{t("loading")}</p>}</section>;
  const { parked, read } = look;
  const isVirus = look.needs === "virus";
  return (
    <section class="late-list parked" aria-labelledby="parked-title">
      <p><a href={back}>{t("parked.back")}</a></p>
      <h2 id="parked-title" ref={title} tabIndex={-1}>{tWord("reason", parked.reason)}</h2>
      <div class="card">
        <dl class="facts">
          <dt>{t("parked.why")}</dt><dd>{parked.remarks.length ? <Remarks remarks={parked.remarks} /> : tWord("reason", parked.reason)}</dd>
          <dt>{t("parked.since")}</dt><dd>{momentWords(parked.at, now)} · {tWord("channel", parked.transport)}</dd>
          <dt>{t("parked.to")}</dt><dd>{look.recipients.join(", ") || "—"}</dd>
          {read && <><dt>{t("parked.from")}</dt><dd><bdi>{read.sender_name}</bdi> <bdi>{read.sender ? withoutKind(read.sender) : "—"}</bdi></dd></>}
          {read?.subject && <><dt>{t("parked.subject")}</dt><dd><bdi>{read.subject}</bdi></dd></>}
          {read && read.attachments.length > 0 && <><dt>{t("parked.files")}</dt><dd>{read.attachments.join(", ")}</dd></>}
        </dl>
        {read ? <p class="original">{read.text}</p> : <p class="quiet">{t("parked.unread")}</p>}
        {(look.download || isVirus) && <p><button type="button" onClick={() => void open()}>{t(isVirus ? "parked.download_virus" : "parked.download")}</button></p>}
      </div>
      {parked.release_state === "waiting"
        ? <Decision look={look} done={(reference) => {
            decided(id);
            say(t(reference ? "parked.released" : "parked.discarded"));
            location.hash = reference ? hashOf({ view: "team", team, reference }) : back;
          }} />
        : <p class="card">{t(`parked.${parked.release_state}`)} {parked.changed_by && nameOf(parked.changed_by)} <q>{parked.why}</q></p>}
    </section>
  );
}

function Decision({ look, done }: { look: ParkedLook; done: (reference: string | null) => void }) {
  const { hub, complain } = useConsole();
  const [why, setWhy] = useState("");
  const [answersForIt, setAnswersForIt] = useState(false);
  const [inbox, setInbox] = useState("");
  const [sender, setSender] = useState("");
  const [busy, setBusy] = useState(false);
  const { id } = look.parked;
  const needs = look.needs;
  const decide = async (deed: () => Promise<string | null>) => {
    setBusy(true);
    try {
      done(await deed());
    } catch (error) {
      complain(troubleOf(error));
      setBusy(false);
    }
  };
  const release = (event: Event) => {
    event.preventDefault();
    const who = sender.trim();
    void decide(async () => (await hub.releaseParked(id, {
      why,
      overrides: needs ? [needs] : [],
      ...(needs === "unknown_inbox" ? { inbox: inbox.trim() } : {}),
      ...(who ? { sender: { kind: who.includes("@") ? "email" : "phone", value: who } } : {}),
    })).case);
  };
  return (
    <form class="card decision" onSubmit={release}>
      <label>{t("parked.your_why")}<textarea required maxLength={500} rows={2} value={why} onInput={(event) => setWhy(event.currentTarget.value)} /></label>
      <label>{t("parked.sender")}<input value={sender} maxLength={320} onInput={(event) => setSender(event.currentTarget.value)} autoComplete="off" /></label>
      {needs === "unknown_inbox" && <label>{t("parked.inbox")}<input required value={inbox} maxLength={64} onInput={(event) => setInbox(event.currentTarget.value)} autoComplete="off" /></label>}
      {needs && <label class="inline"><input type="checkbox" required checked={answersForIt} onChange={(event) => setAnswersForIt(event.currentTarget.checked)} /> {t("parked.answer_for", { reason: tWord("reason", look.parked.reason) })}</label>}
      <p class="buttons">
        <button type="button" disabled={busy || !why.trim()} onClick={() => void decide(async () => { await hub.discardParked(id, why); return null; })}>{t("parked.discard")}</button>
        <button type="submit" class="main" disabled={busy}>{t("parked.release")}</button>
      </p>
    </form>
  );
}
