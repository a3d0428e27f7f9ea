// Where one answers, or leaves a note. Nothing that was typed is lost: not by a reload, not by a refusal.

import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../api/client.ts";
import type { Draft } from "../api/hub.ts";
import type { Case, Channel, Customer, Entry, Preview } from "../api/types.ts";
import { authorName, useConsole } from "../console.ts";
import { markOf, overlooked, useDraft, type Mark } from "../draft.ts";
import { areTooMany, LARGEST_FILES, MOST_FILES, postedFile } from "../files.ts";
import type { Feed } from "../feed.ts";
import { useKeys, useNow } from "../hooks.ts";
import { asMentions, stillMentioned } from "../mentions.ts";
import { STILL_WRITING, useWhoElse } from "../presence.ts";
import { t, textOf, tWord } from "../texts.ts";
import { clockTime } from "../times.ts";
import { troubleOf } from "../trouble.ts";
import { sizeWords } from "./EntryView.tsx";
import { Icon } from "./Icon.tsx";
import { PreviewView } from "./PreviewView.tsx";
import { Templates } from "./Templates.tsx";
import { AlsoOpen, WhoElse } from "./WhoElse.tsx";
import { WritingField } from "./WritingField.tsx";

const WRITTEN: Channel[] = ["email", "sms", "app", "fax", "phone", "letter"];
const PREVIEW_AFTER = 600;

interface Shown {
  one: Case;
  customer: Customer | null;
  entries: Entry[];
  changed: () => void;
  hrefOf: (reference: string) => string;
  feed: Feed;
  // Behind which entry the thread is to mark what is new; null for nothing.
  fresh: (behind: string | null) => void;
}

export function Composer({ one, customer, entries, hrefOf, feed, changed, fresh }: Shown) {
  const { hub, login, nameOf, say, complain } = useConsole();
  const [draft, change] = useDraft(one.reference);
  const [mode, setMode] = useState<"answer" | "note">("answer");
  const [mark, setMark] = useState<Mark>(() => markOf(one, entries));
  const [refused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState<Preview | null>(null);
  const [showing, setShowing] = useState(false);
  const [promising, setPromising] = useState(draft.promise !== "");
  // Files are no part of the draft that is kept: a browser cannot read them again by itself.
  const [files, setFiles] = useState<File[]>([]);
  const [keeps, setKeeps] = useState<string[]>([]);
  const field = useRef<HTMLTextAreaElement>(null);
  const sending = useRef({ wish: "", key: "" });
  // A draft that lies there since yesterday is nobody who writes.
  const [typedAt, setTypedAt] = useState(0);
  const now = useNow();
  const types = now - typedAt < STILL_WRITING && draft.text.trim() !== "";
  const others = useWhoElse(hub, one.reference, types ? "writing" : "reading", feed.presence);

  const writing = draft.text.trim() !== "";
  const mentioned = stillMentioned(draft.note, draft.mentioned);
  const newer = overlooked(mark, one, entries, login.subject, writing);
  // As long as nothing is written, whatever is on the screen counts as read.
  useEffect(() => {
    if (!writing) setMark(markOf(one, entries));
  }, [writing, one.messages_in, one.version, entries]);
  useEffect(() => {
    fresh(newer.length ? mark.entry : null);
    if (newer.length) say(t("newer.news"));
  }, [newer.length]);
  useKeys({
    // At once: a letter typed before the field has the focus would be another shortcut, and an `r` in a note an answer.
    r: () => { setMode("answer"); field.current?.focus(); },
    n: () => { setMode("note"); field.current?.focus(); },
  });

  const asked = (): Draft => ({
    text: draft.text,
    ...(draft.channel ? { channel: draft.channel as Channel } : {}),
    ...(draft.subject.trim() && draft.channel !== "sms" ? { subject: draft.subject.trim() } : {}),
  });
  useEffect(() => {
    if (!writing || mode !== "answer") {
      setShown(null);
      return;
    }
    let left = false;
    const timer = setTimeout(() => {
      hub.preview(one.reference, asked()).then((found) => { if (!left) setShown(found); }, () => { if (!left) setShown(null); });
    }, PREVIEW_AFTER);
    return () => { left = true; clearTimeout(timer); };
  }, [draft.text, draft.channel, draft.subject, mode]);

  // Repeating what failed has the same key, so that it happens once; another wish has another one.
  const keyFor = (wish: unknown): string => {
    const text = JSON.stringify(wish);
    if (sending.current.wish !== text) sending.current = { wish: text, key: crypto.randomUUID() };
    return sending.current.key;
  };
  const act = async (deed: () => Promise<void>) => {
    setBusy(true);
    try {
      await deed();
      setRefused(false);
    } catch (error) {
      if (error instanceof Refused && error.problem.code === "newer_message") setRefused(true);
      else complain(troubleOf(error));
    } finally {
      setBusy(false);
      changed();
    }
  };
  const promised = promising && draft.promise.trim() !== "" && draft.promiseDue !== "";
  const reply = async () => {
    const attachments = await Promise.all(files.map(postedFile));
    const wish = {
      ...asked(), messages_read: mark.messages, version_read: mark.version,
      ...(keeps.length ? { keeps } : {}), ...(attachments.length ? { attachments } : {}),
    };
    const made = await hub.reply(one.reference, wish, keyFor(wish));
    say([t("answer.kept", { channel: made.channel ? tWord("channel", made.channel) : "" }), ...made.warnings.map((each) => textOf("way", each.name) ?? each.text), ...made.passed_over].join(" "));
    change({ text: "", subject: "" });
    setShowing(false);
    setKeeps([]);
    setFiles([]);
  };
  // A promise that was refused stays, and goes by itself the next time.
  const answer = () => act(async () => {
    if (writing) await reply();
    if (!promised) return;
    const read = await hub.readCase(one.reference);
    const promise = { text: draft.promise.trim(), due_at: new Date(draft.promiseDue).toISOString() };
    await hub.promise(one.reference, { ...promise, messages_read: mark.messages, version_read: read.version }, keyFor(promise));
    change({ promise: "", promiseDue: "" });
    setPromising(false);
  });
  const note = () => act(async () => {
    const wish = { text: draft.note, mentions: asMentions(mentioned) };
    await hub.note(one.reference, wish, keyFor(wish));
    change({ note: "", mentioned: [] });
    say(t("note.kept"));
  });
  const ready = mode === "note" ? draft.note.trim() !== "" : (writing || promised) && !newer.length && !areTooMany(files);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!busy && ready) void (mode === "note" ? note() : answer());
  };
  const readIt = () => {
    setMark(markOf(one, entries));
    setRefused(false);
    field.current?.focus();
  };

  if (one.status === "spam" || one.status === "moved") return <p class="quiet composer">{tWord("status", one.status)}</p>;
  const open = one.promises.filter((promise) => !promise.ended_at);
  return (
    <form class={`composer ${mode}`} onSubmit={submit} aria-label={t("composer.title")}>
      {mode === "answer" && (newer.length > 0 || refused) && (
        <div class="newer" role="alert">
          <p><Icon name="warning" /><strong>{t("newer.title")}</strong> {t("newer.kept")}</p>
          {newer.map((entry) => (
            <p key={entry.id} class="newer-entry">
              <a href={`#entry-${entry.id}`} onClick={(event) => { event.preventDefault(); document.getElementById(`entry-${entry.id}`)?.scrollIntoView({ block: "center" }); }}>
                {entry.kind === "inbound" ? entry.arrival?.sender_name ?? t("author.customer") : authorName(entry.author, nameOf)}, {clockTime(entry.at)}
              </a>{" "}
              <span dir="auto">{entry.text.slice(0, 300)}</span>
            </p>
          ))}
          <button type="button" onClick={readIt}>{t("newer.read")}</button>
        </div>
      )}
      <WhoElse others={others} />
      {mode === "answer" && <AlsoOpen customer={customer} one={one} now={now} hrefOf={hrefOf} />}
      <div class="composer-top">
        <div class="modes" role="group" aria-label={t("composer.mode")}>
          <button type="button" aria-pressed={mode === "answer"} onClick={() => setMode("answer")} aria-keyshortcuts="r">{t("composer.answer")}</button>
          <button type="button" aria-pressed={mode === "note"} onClick={() => setMode("note")} aria-keyshortcuts="n">{t("composer.note")}</button>
        </div>
        {mode === "answer" && (
          <>
            <label class="inline"><span class="hidden">{t("composer.channel")}</span>
              <select value={draft.channel} onChange={(event) => change({ channel: event.currentTarget.value })}>
                <option value="">{t("composer.best")}</option>
                {WRITTEN.map((channel) => <option key={channel} value={channel}>{tWord("channel", channel)}{reaches(channel, customer) ? "" : ` – ${t("composer.no_address")}`}</option>)}
              </select>
            </label>
            <Templates reference={one.reference} customer={customer} fill={(found) => change({ text: draft.text ? `${draft.text}\n\n${found.text}` : found.text, ...(found.subject ? { subject: found.subject } : {}) })} />
          </>
        )}
      </div>
      {mode === "answer" && (draft.channel === "email" || draft.subject) && (
        <input type="text" class="subject-field" maxLength={200} value={draft.subject} placeholder={t("composer.subject", { subject: one.subject })} aria-label={t("composer.subject_label")} onInput={(event) => change({ subject: event.currentTarget.value })} />
      )}
      <WritingField
        field={field} mode={mode} value={mode === "note" ? draft.note : draft.text} mentioned={mentioned} submit={submit}
        change={(text, chosen) => {
          setTypedAt(Date.now());
          change(mode === "note" ? { note: text, ...(chosen ? { mentioned: [...draft.mentioned, chosen] } : {}) } : { text });
        }}
      />
      {mode === "answer" && promising && (
        <fieldset class="promise">
          <legend>{t("composer.promise")}</legend>
          <input type="text" maxLength={500} value={draft.promise} placeholder={t("composer.promise_hint")} aria-label={t("composer.promise_text")} onInput={(event) => change({ promise: event.currentTarget.value })} />
          <input type="datetime-local" required={draft.promise !== ""} value={draft.promiseDue} aria-label={t("composer.promise_due")} onInput={(event) => change({ promiseDue: event.currentTarget.value })} />
        </fieldset>
      )}
      {mode === "answer" && open.map((promise) => (
        <label class="inline keeps" key={promise.id}>
          <input type="checkbox" checked={keeps.includes(promise.id)} onChange={(event) => setKeeps(event.currentTarget.checked ? [...keeps, promise.id] : keeps.filter((id) => id !== promise.id))} />
          {t("composer.keeps", { promise: promise.text })}
        </label>
      ))}
      {mode === "answer" && files.length > 0 && <FilesToSend files={files} change={setFiles} />}
      {mode === "answer" && showing && shown && <PreviewView preview={shown} />}
      <div class="composer-end">
        {mode === "answer" && (
          <>
            <button type="button" aria-expanded={showing} disabled={!writing} onClick={() => setShowing(!showing)}>{t("composer.preview")}</button>
            <button type="button" aria-pressed={promising} onClick={() => setPromising(!promising)}>{t("composer.promise")}</button>
            <label class="attach">{t("composer.attach")}
              <input type="file" multiple class="hidden" onChange={(event) => { setFiles([...files, ...(event.currentTarget.files ?? [])]); event.currentTarget.value = ""; }} />
            </label>
            <span class="quiet way" aria-live="polite">{shown ? wayWords(shown) : ""}</span>
          </>
        )}
        <button type="submit" class="main" disabled={busy || !ready}>{t(mode === "note" ? "note.keep" : "answer.send")}</button>
      </div>
    </form>
  );
}

function FilesToSend({ files, change }: { files: File[]; change: (files: File[]) => void }) {
  return (
    <>
      <ul class="files" aria-label={t("files.title")}>
        {files.map((file, at) => (
          <li key={at}>
            <button type="button" class="file" aria-label={t("composer.detach", { name: file.name })} onClick={() => change(files.filter((_, other) => other !== at))}>
              <Icon name="file" /><bdi>{file.name}</bdi> <span class="quiet">{sizeWords(file.size)} ×</span>
            </button>
          </li>
        ))}
      </ul>
      {areTooMany(files) && <p class="trouble" role="alert">{t("composer.too_many", { most: MOST_FILES, size: LARGEST_FILES / 1_000_000 })}</p>}
    </>
  );
}

function wayWords(preview: Preview): string {
  const way = `${tWord("channel", preview.channel)}${preview.recipient ? ` → ${preview.recipient}` : ""}`;
  const segments = preview.segments === null ? "" : ` · ${t("composer.segments", { n: preview.segments })}`;
  const warnings = preview.warnings.map((each) => ` · ${tWord("answer_warning", each.kind)} ${each.detail}`).join("");
  const pages = preview.pages === null ? "" : ` · ${t("composer.pages", { n: preview.pages })}`;
  return way + segments + pages + warnings;
}

function reaches(channel: Channel, customer: Customer | null): boolean {
  if (!customer || channel === "letter") return true;
  const kind = channel === "sms" || channel === "phone" ? "phone:" : `${channel}:`;
  return customer.contact_points.some((point) => point.startsWith(kind));
}
