// The form, from the first letter to the reference of the case.

import { useEffect, useRef, useState } from "preact/hooks";
import { LARGEST_FILES, MOST_FILES, postedFile } from "../src/files.ts";
import { Done } from "./Done.tsx";
import { Field } from "./Field.tsx";
import { Files } from "./Files.tsx";
import { browserWay, post, type Posted, type Problem } from "./post.ts";
import { bodyOf, EMPTY, fieldOf, type Draft, type Wrong, wrongIn } from "./rules.ts";
import { sayIn, type Word } from "./words.ts";

interface Shown {
  // The API's address of the form: what stands before `/messages`.
  address: string;
  language: string;
}

const LIMITS = { most: MOST_FILES, size: LARGEST_FILES / 1_000_000 };

export function Form({ address, language }: Shown) {
  const say = sayIn(language);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [files, setFiles] = useState<File[]>([]);
  const [wrong, setWrong] = useState<Wrong>({});
  const [trouble, setTrouble] = useState("");
  const [sent, setSent] = useState<number | null>(null);
  const [state, setState] = useState("");
  const [done, setDone] = useState<Posted | null>(null);
  const [notices, setNotices] = useState<string[]>([]);
  const form = useRef<HTMLFormElement>(null);
  // The key belongs to what is sent: the same again is the same message, something else is another one.
  const attempt = useRef({ body: "", key: "" });
  const busy = sent !== null;

  useEffect(() => {
    noticesOf(address, language).then(setNotices, () => {}); // the form is there without them
  }, []);

  const change = (name: keyof Draft, value: string) => setDraft({ ...draft, [name]: value });
  const refuse = (found: Wrong) => {
    setWrong(found);
    setTrouble("");
    setState(say("error.count", { n: Object.keys(found).length }));
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const found = wrongIn(draft, files);
    if (Object.keys(found).length) return refuse(found);
    setWrong({});
    setTrouble("");
    setSent(0);
    setState(say("sending"));
    try {
      const body = bodyOf(draft, language, await Promise.all(files.map(postedFile)));
      if (body !== attempt.current.body) attempt.current = { body, key: crypto.randomUUID() };
      const outcome = await post(browserWay(`${address}/messages`), body, attempt.current.key, setSent, () => setState(say("trying")));
      if ("posted" in outcome) setDone(outcome.posted);
      else tell(outcome.problem);
    } catch {
      tell({ status: 0, detail: "", field: "" }); // a file that cannot be read any more
    } finally {
      setSent(null);
    }
  };

  const tell = (problem: Problem) => {
    const field = fieldOf(problem.field);
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
      setDraft({ ...draft, subject: "", text: "" });
      attempt.current = { body: "", key: "" };
    };
    return <div class="form"><Done posted={done} language={language} say={say} another={another} /></div>;
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
        <Files files={files} wrong={wrong.files} limits={LIMITS} say={say} change={setFiles} />
        <div class="trap" aria-hidden="true">
          <label for="website">{say("website")}</label>
          <input id="website" name="website" tabIndex={-1} autoComplete="off" value={draft.website} onInput={(event) => change("website", event.currentTarget.value)} />
        </div>
        {trouble && <div class="box bad" role="alert"><p>{trouble}</p></div>}
        {busy && <progress max={1} value={sent ?? 0} aria-label={say("sending")} />}
        <p role="status" class="hint">{state}</p>
        <button type="submit" aria-disabled={busy}>{say(busy ? "sending" : trouble ? "again" : "send")}</button>
      </form>
    </div>
  );
}

const TOLD: Partial<Record<string, Word>> = { email: "error.email", phone: "error.phone", answer_by: "error.answer_by", text: "error.text", files: "error.files" };

async function noticesOf(address: string, language: string): Promise<string[]> {
  const answer = await fetch(`${address}/notices?language=${language}`, { credentials: "omit", referrerPolicy: "no-referrer" });
  return answer.ok ? ((await answer.json()) as { notices: string[] }).notices : [];
}
