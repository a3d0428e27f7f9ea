// What comes after the form: whoever proves their address reads what became of it, and goes on.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { converseAt, Failed, type Conversation, type Point, type SaidFile, type Trouble } from "./converse.ts";
import { momentIn } from "./Done.tsx";
import { Files } from "./Files.tsx";
import { browserWay, type FormAt, post } from "./post.ts";
import { areBeyond, fieldOf, LIMITS } from "./rules.ts";
import { attached, storeAt, UploadFailed } from "./upload.ts";
import { WithReference } from "./WithReference.tsx";
import type { Say } from "./words.ts";

interface Shown {
  hub: FormAt;
  language: string;
  say: Say;
  point: Point;
  // The key that the message was posted with.
  postedUnder: string;
}

const LOOKED_EVERY = 10_000;
const LOOKED_HIDDEN = 60_000;

export function GoOn(shown: Shown) {
  const { hub: form, language, say, point, postedUnder } = shown;
  const hub = useMemo(() => converseAt(form), [form]);
  const [verification, setVerification] = useState("");
  const [token, setToken] = useState("");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | "">("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (verification) field.current?.focus();
  }, [verification]);

  const doing = async (deed: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setTrouble("");
    try {
      await deed();
    } catch (error) {
      setTrouble(error instanceof Failed ? error.trouble : "error.network");
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  const ask = () => doing(async () => setVerification(await hub.askCode(point, language)));
  const give = (event: Event) => {
    event.preventDefault();
    void doing(async () => setToken(await hub.begin(postedUnder, verification, code.replace(/\s/g, ""))));
  };
  if (token) {
    const over = (why: Trouble) => {
      setToken("");
      setVerification("");
      setCode("");
      setTrouble(why);
    };
    return <Talk {...shown} token={token} over={over} />;
  }
  return (
    <section aria-labelledby="go-on">
      <h3 id="go-on">{say("code.title")}</h3>
      <p>{say("code.what", { address: point.value })}</p>
      {trouble && <div class="box bad" role="alert" id="code-trouble"><p>{say(trouble)}</p></div>}
      {!verification ? (
        <button type="button" aria-disabled={busy} onClick={() => void ask()}>{say("code.ask")}</button>
      ) : (
        <form onSubmit={give} noValidate>
          <p role="status" class="hint">{say("code.sent", { address: point.value })}</p>
          <div class="field">
            <label for="code">{say("code")}</label>
            <input
              ref={field} id="code" name="code" inputMode="numeric" autoComplete="one-time-code" maxLength={12} value={code} aria-required
              aria-invalid={trouble === "code.wrong"} {...(trouble ? { "aria-describedby": "code-trouble" } : {})} onInput={(event) => setCode(event.currentTarget.value)}
            />
          </div>
          <button type="submit" aria-disabled={busy || !code.trim()}>{say("code.give")}</button>{" "}
          <button type="button" aria-disabled={busy} onClick={() => void ask()}>{say("code.again")}</button>
        </form>
      )}
    </section>
  );
}

function Talk({ hub: form, language, say, token, over }: Shown & { token: string; over: (why: Trouble) => void }) {
  const hub = useMemo(() => converseAt(form), [form]);
  const [found, setFound] = useState<Conversation | null>(null);
  const [text, setText] = useState("");
  const [state, setState] = useState("");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const [files, setFiles] = useState<File[]>([]);
  const [share, setShare] = useState(0);
  const uploads = useRef(new Map<File, string>());
  const ready = Boolean(text.trim() || files.length) && !areBeyond(files);
  const attempt = useRef({ body: "", key: "" });
  const title = useRef<HTMLHeadingElement>(null);
  const look = async () => {
    try {
      setFound(await hub.read(token));
    } catch (error) {
      if (error instanceof Failed && ["code.over", "code.not_here"].includes(error.trouble)) over(error.trouble);
    }
  };
  useEffect(() => {
    title.current?.focus();
    let timer: ReturnType<typeof setTimeout>;
    let left = false;
    const round = async () => {
      await look();
      if (!left) timer = setTimeout(round, document.hidden ? LOOKED_HIDDEN : LOOKED_EVERY);
    };
    void round();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [token]);
  const download = async (file: SaidFile) => {
    setTrouble("");
    try {
      save(await hub.link(token, file));
    } catch (error) {
      if (error instanceof Failed && error.trouble === "code.over") over(error.trouble);
      else setTrouble(say("talk.no_file", { name: file.name }));
    }
  };
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    setTrouble("");
    setState(say("sending"));
    let attachments: object[];
    try {
      attachments = await attached(files, storeAt(form), uploads.current, setShare);
    } catch (error) {
      setBusy(false);
      setState("");
      setTrouble(say(error instanceof UploadFailed && error.trouble === "files" ? "error.upload" : error instanceof UploadFailed && error.trouble === "busy" ? "error.busy" : "error.network"));
      return;
    }
    const body = JSON.stringify({ text: text.trim(), language, ...(attachments.length ? { attachments } : {}) });
    if (body !== attempt.current.body) attempt.current = { body, key: crypto.randomUUID() };
    const outcome = await post(browserWay(form, "conversation/messages", { Authorization: `Bearer ${token}` }), body, attempt.current.key, setShare, () => setState(say("trying")));
    setBusy(false);
    if ("posted" in outcome) {
      setText("");
      setFiles([]);
      uploads.current.clear();
      attempt.current = { body: "", key: "" };
      setState(say("talk.sent"));
      await look();
      return;
    }
    setState("");
    const { status, detail, field } = outcome.problem;
    if (fieldOf(field) === "files") uploads.current.clear();
    if (status === 401 || status === 404) over(status === 401 ? "code.over" : "code.not_here");
    else setTrouble(say(status === 429 ? "talk.too_many" : status >= 500 ? "error.busy" : status ? "error.refused" : "error.network", { detail }));
  };
  return (
    <section aria-labelledby="talk">
      <h3 id="talk" ref={title} tabIndex={-1}><WithReference say={say} words="talk.title" reference={found?.case ?? ""} /></h3>
      {found?.expected_answer_at && <p class="hint">{say("done.by", { when: momentIn(language, found.expected_answer_at) })}</p>}
      {found?.status === "closed" && <p class="hint">{say("talk.closed")}</p>}
      {!found && <p role="status" class="hint">{say("talk.loading")}</p>}
      <div class="talk" role="log" aria-label={say("talk.log")} tabIndex={0}>
        <ol>
          {found?.entries.map((one) => (
            <li key={one.id} class={one.direction}>
              <p class="hint"><strong>{say(one.direction === "in" ? "talk.you" : "talk.we")}</strong> <time dateTime={one.at}>{momentIn(language, one.at)}</time></p>
              <p class="said" dir="auto">{one.text}</p>
              {one.files.length > 0 && (
                <ul aria-label={say("files")}>
                  {one.files.map((file) => (
                    <li><button type="button" class="link" onClick={() => void download(file)}>{say("talk.download", { name: file.name, size: sizeIn(language, file.size) })}</button></li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ol>
      </div>
      <form onSubmit={(event) => void send(event)} noValidate aria-busy={busy}>
        <div class="field">
          <label for="more">{say("talk.more")}</label>
          <textarea id="more" class="short" maxLength={50_000} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </div>
        <Files files={files} wrong={areBeyond(files) ? "error.files" : undefined} limits={LIMITS} say={say} change={setFiles} />
        {trouble && <div class="box bad" role="alert"><p>{trouble}</p></div>}
        {busy && files.length > 0 && <progress max={1} value={share} aria-label={say("sending")} />}
        <p role="status" class="hint">{state}</p>
        <button type="submit" aria-disabled={busy || !ready}>{say(busy ? "sending" : "send")}</button>
      </form>
    </section>
  );
}

function sizeIn(language: string, bytes: number): string {
  const large = bytes >= 1_000_000;
  const how = { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: large ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, how).format(Math.max(bytes / (large ? 1_000_000 : 1_000), 1));
}

// Behind it is a download, never a page; the form stays where it is, also in a frame whose site allows no other.
function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.click();
}
