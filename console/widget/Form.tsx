// The form, from the first letter to the reference of the case.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Check } from "./check.ts";
import { Done } from "./Done.tsx";
import { Field } from "./Field.tsx";
import { Files } from "./Files.tsx";
import { Person } from "./Person.tsx";
import { browserWay, fieldsOf, post, type FormAt, type Posted, type Problem } from "./post.ts";
import { bodyOf, EMPTY, fieldOf, leftWrong, LIMITS, type Draft, type Field as Named, type Wrong, writtenFrom, wrongIn } from "./rules.ts";
import { attached, storeAt, UploadFailed } from "./upload.ts";
import { sayIn, type Word } from "./words.ts";

interface Shown {
  hub: FormAt;
  language: string;
  // In the page itself; the form is in its shadow.
  host: HTMLElement;
  captchaScript: string;
}

// What the hub says of the form now.
interface Now {
  notices: string[];
  captcha: Check | null;
}

export function Form({ hub, language, host, captchaScript }: Shown) {
  const say = sayIn(language);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [files, setFiles] = useState<File[]>([]);
  const [wrong, setWrong] = useState<Wrong>({});
  const [trouble, setTrouble] = useState("");
  const [sent, setSent] = useState<number | null>(null);
  const [state, setState] = useState("");
  const [done, setDone] = useState<Posted | null>(null);
  const [{ notices, captcha }, setNow] = useState<Now>({ notices: [], captcha: null });
  // What the visitor was given for passing the check; null where it cannot be shown.
  const [answer, setAnswer] = useState<string | null>("");
  const [round, setRound] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  // The key belongs to what is sent: the same again is the same message, something else is another one.
  const attempt = useRef({ body: "", key: "" });
  const uploads = useRef(new Map<File, string>());
  const busy = sent !== null;

  useEffect(() => {
    nowOf(hub, language).then(setNow, () => {}); // the form is there without them
  }, []);

  const corrected = (changed: Named, draft: Draft, files: File[]) => {
    if (!Object.keys(wrong).length) return;
    const left = leftWrong(wrong, changed, draft, files);
    setWrong(left);
    const n = Object.keys(left).length;
    setState(n ? say("error.count", { n }) : "");
  };
  const change = (name: keyof Draft, value: string) => {
    const changed = { ...draft, [name]: value };
    setDraft(changed);
    corrected(name, changed, files);
  };
  const changeFiles = (chosen: File[]) => {
    setFiles(chosen);
    corrected("files", draft, chosen);
  };
  const refuse = (found: Wrong) => {
    setWrong(found);
    setTrouble("");
    setState(say("error.count", { n: Object.keys(found).length }));
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]')?.focus());
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const found = wrongIn(draft, files);
    if (captcha && answer === "") found.captcha = "error.captcha";
    if (Object.keys(found).length) return refuse(found);
    setWrong({});
    setTrouble("");
    setSent(0);
    setState(say("sending"));
    try {
      const body = bodyOf(draft, language, await attached(files, storeAt(hub), uploads.current, setSent));
      if (body !== attempt.current.body) attempt.current = { body, key: crypto.randomUUID() };
      const outcome = await post(browserWay(hub, "messages", { "Captcha-Answer": answer ?? "" }), body, attempt.current.key, setSent, () => setState(say("trying")));
      if ("posted" in outcome) setDone(outcome.posted);
      else tell(outcome.problem);
    } catch (error) {
      if (error instanceof UploadFailed && error.trouble === "files") refuse({ files: "error.upload" });
      // Else a file that cannot be read any more, or the network.
      else tell({ status: error instanceof UploadFailed && error.trouble === "busy" ? 429 : 0, detail: "", field: "" });
    } finally {
      setSent(null);
      if (answer) {
        setAnswer("");
        setRound(round + 1);
      }
    }
  };

  const tell = (problem: Problem) => {
    const field = fieldOf(problem.field);
    if (field === "files") uploads.current.clear(); // what lay there may be gone
    if (field) return refuse({ [field]: TOLD[field] ?? "error.refused" });
    setState("");
    const word: Word = problem.status === 429 || problem.status >= 500 ? "error.busy" : problem.status ? "error.refused" : "error.network";
    setTrouble(say(word, { detail: problem.detail }));
  };

  if (done) {
    const another = () => {
      setDone(null);
      setState("");
      setFiles([]);
      uploads.current.clear();
      setDraft({ ...draft, subject: "", text: "" });
      attempt.current = { body: "", key: "" };
    };
    return <div class="form"><Done posted={done} hub={hub} point={writtenFrom(draft)} postedUnder={attempt.current.key} language={language} say={say} another={another} /></div>;
  }
  const field = { draft, wrong, say, change };
  const ways = (["email", "sms", "phone"] as const).filter((way) => (way === "email" ? draft.email : draft.phone).trim());
  return (
    <div class="form">
      <h2>{say("title")}</h2>
      {notices.length > 0 && (
        <div class="box" role="status"><h3>{say("notice")}</h3>{notices.map((notice) => <p>{notice}</p>)}</div>
      )}
      <form ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        <Field {...field} name="name" complete="name" />
        <fieldset aria-describedby="contact-hint">
          <legend class="trap">{say("contact")}</legend>
          <div class="two">
            <Field {...field} name="email" type="email" complete="email" wrongWith="contact" />
            <Field {...field} name="phone" type="tel" complete="tel" />
          </div>
          <p class="hint" id="contact-hint">{say("contact")}</p>
        </fieldset>
        {ways.length > 1 && (
          <fieldset>
            <legend>{say("answer_by")}</legend>
            {ways.map((way) => (
              <label class="choice">
                <input type="radio" name="answer_by" value={way} checked={draft.answer_by === way} onChange={() => change("answer_by", way)} />
                {say(`answer_by.${way}`)}
              </label>
            ))}
          </fieldset>
        )}
        <Field {...field} name="subject" />
        <Field {...field} name="text" long />
        <Files files={files} wrong={wrong.files} limits={LIMITS} say={say} change={changeFiles} />
        <div class="trap" aria-hidden="true">
          <label for="website">{say("website")}</label>
          <input id="website" name="website" tabIndex={-1} autoComplete="off" value={draft.website} onInput={(event) => change("website", event.currentTarget.value)} />
        </div>
        {captcha && <Person check={captcha} script={captchaScript} host={host} language={language} wrong={wrong.captcha} round={round} say={say} told={setAnswer} />}
        {trouble && <div class="box bad" role="alert"><p>{trouble}</p></div>}
        {busy && <progress max={1} value={sent ?? 0} aria-label={say("sending")} />}
        <p role="status" class="hint">{state}</p>
        <button type="submit" aria-disabled={busy}>{say(busy ? "sending" : trouble ? "again" : "send")}</button>
      </form>
    </div>
  );
}

const TOLD: Partial<Record<string, Word>> = { email: "error.email", phone: "error.phone", answer_by: "error.answer_by", text: "error.text", files: "error.files", captcha: "error.captcha" };

async function nowOf(hub: FormAt, language: string): Promise<Now> {
  const answer = await fetch(`${hub.address}/notices?language=${language}`, { headers: fieldsOf(hub), credentials: "omit", referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Now;
}
