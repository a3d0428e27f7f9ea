// One message to many: what it says and to whom, then a look at what would become of it, and only then it is sent.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Estimate, Incident } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useDeed } from "../deed.ts";
import { isMembers, valueAt, type Json } from "../settings/document.ts";
import { namesIn } from "../settings/references.ts";
import { t, tWord } from "../texts.ts";
import { troubleOf } from "../trouble.ts";
import { saidIn, Wordings, type Written } from "./Wordings.tsx";

const WRITES = ["email", "sms", "app"];

export function NewBroadcast({ incidents, changed }: { incidents: Incident[]; changed: () => void }) {
  const { hub } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const [title, setTitle] = useState("");
  const [inbox, setInbox] = useState("");
  const [to, setTo] = useState("");
  const [wordings, setWordings] = useState<Written>({});
  const [known, setKnown] = useState<Json>(null);
  const { busy, act } = useDeed(changed);
  const [made, setMade] = useState("");
  useEffect(() => {
    hub.configuration().then((found) => setKnown(found.document), () => {});
  }, []);
  const inboxes = inboxesIn(known);
  const teams = namesIn(known, "teams");
  const said = saidIn(wordings);
  const prepare = async (event: Event) => {
    event.preventDefault();
    const isDone = await act(async () => {
      const id = await hub.prepareBroadcast(title.trim(), inbox, said);
      const [kind, name = ""] = to.split("/");
      let cursor: string | null = null;
      do cursor = await hub.addRecipients(id, kind === "team" ? { team: name } : { incident: name }, cursor);
      while (cursor);
      setMade(id);
    });
    if (!isDone) dialog.current?.close();
  };
  const close = () => {
    dialog.current?.close();
    if (made) {
      setMade("");
      setTitle("");
      setWordings({});
    }
  };
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>{t("send.new")}</button>
      <dialog ref={dialog} aria-labelledby="send-title" onClose={close}>
        <h2 id="send-title">{t("send.new")}</h2>
        {made ? <Look id={made} close={close} changed={changed} /> : (
          <form onSubmit={(event) => void prepare(event)}>
            <label>{t("send.title")}<input type="text" required maxLength={200} value={title} onInput={(event) => setTitle(event.currentTarget.value)} /></label>
            <label>{t("send.inbox")}
              <select required value={inbox} onChange={(event) => setInbox(event.currentTarget.value)}>
                <option value="">{t("set.choose")}</option>
                {inboxes.map(([name, channel]) => <option key={name} value={name}>{name} ({tWord("channel", channel)})</option>)}
              </select>
            </label>
            <label>{t("send.to")}
              <select required value={to} onChange={(event) => setTo(event.currentTarget.value)}>
                <option value="">{t("set.choose")}</option>
                {teams.map((team) => <option key={team} value={`team/${team}`}>{t("send.to_team", { team })}</option>)}
                {incidents.filter((one) => one.linked > 0).map((one) => <option key={one.id} value={`incident/${one.id}`}>{t("send.to_incident", { title: one.title })}</option>)}
              </select>
            </label>
            <Wordings written={wordings} change={setWordings} />
            <p class="buttons">
              <button type="button" onClick={close}>{t("cancel")}</button>
              <button type="submit" class="main" disabled={busy || !title.trim() || !inbox || !to || !Object.keys(said).length}>{t("send.prepare")}</button>
            </p>
          </form>
        )}
      </dialog>
    </>
  );
}

// Of one that was prepared before.
export function SendPrepared({ id, title, changed }: { id: string; title: string; changed: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState(false);
  const close = () => { dialog.current?.close(); setShown(false); };
  return (
    <>
      <button type="button" onClick={() => { setShown(true); dialog.current?.showModal(); }}>{t("send.look")}</button>
      <dialog ref={dialog} aria-label={title} onClose={close}>
        <h2>{title}</h2>
        {shown && <Look id={id} close={close} changed={changed} />}
      </dialog>
    </>
  );
}

function Look({ id, close, changed }: { id: string; close: () => void; changed: () => void }) {
  const { hub, say, complain } = useConsole();
  const [found, setFound] = useState<Estimate | null>(null);
  const { busy, act } = useDeed(() => {
    close();
    changed();
  });
  useEffect(() => {
    let left = false;
    void (async () => {
      try {
        for (let complete = false; !complete && !left;) {
          const told = await hub.estimate(id);
          complete = told.complete;
          if (!left) setFound(told);
        }
      } catch (error) {
        if (!left) complain(troubleOf(error));
      }
    })();
    return () => { left = true; };
  }, [id]);
  const send = () => act(async () => {
    await hub.directBroadcast(id, "running");
    say(t("many.is_running"));
  });
  return (
    <>
      <p role="status">{found?.complete ? t("send.chosen", { n: found.chosen }) : t("send.looking", { n: found?.looked_at ?? 0 })}</p>
      {found?.complete && (
        <dl class="facts">
          {Object.entries(found.told).map(([channel, n]) => <><dt>{tWord("channel", channel)}</dt><dd>{n}</dd></>)}
          {Object.entries(found.left_out).map(([why, n]) => <><dt>{t("send.left_out", { why: tWord("left_out", why) })}</dt><dd>{n}</dd></>)}
          {found.price !== null && <><dt>{t("send.price")}</dt><dd>{found.price} {found.currency}</dd></>}
        </dl>
      )}
      <p class="quiet">{t("send.nobody_yet")}</p>
      <p class="buttons">
        <button type="button" onClick={close}>{t("send.later")}</button>
        <button type="button" class="main" disabled={busy || !found?.complete || !found.chosen} onClick={() => void send()}>{t("send.now")}</button>
      </p>
    </>
  );
}

// Names and channels of those that can write to somebody first.
function inboxesIn(document: Json): [string, string][] {
  const found = valueAt(document ?? {}, ["inboxes"]);
  return (Array.isArray(found) ? found : []).flatMap((one): [string, string][] =>
    isMembers(one) && WRITES.includes(String(one["channel"])) ? [[String(one["name"]), String(one["channel"])]] : []);
}
