// What a team has to do outside of the hub: numbers to call, letters to post, and what became of each.

import { useRef, useState } from "preact/hooks";
import type { ListedTask } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { hashOf, type Route } from "../route.ts";
import { t, type Key } from "../texts.ts";
import { dueWords, momentWords, urgencyOf } from "../times.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { TroubleNote } from "./TroubleNote.tsx";

const EVERY = 15_000;
const KINDS = ["calls", "letters"] as const;

type Lists = Record<(typeof KINDS)[number], ListedTask[]>;

export function TaskList({ route, now }: { route: Route; now: number }) {
  const { hub } = useConsole();
  const [lists, setLists] = useState<Lists | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const ask = usePolled(async (isCurrent) => {
    try {
      const [calls, letters] = await Promise.all([hub.tasks(route.team, "calls"), hub.tasks(route.team, "letters")]);
      if (!isCurrent()) return;
      setLists({ calls, letters });
      setTrouble(null);
    } catch (error) {
      if (isCurrent()) setTrouble(troubleOf(error));
    }
  }, EVERY, route.team);
  return (
    <section class="late-list" aria-labelledby="tasks-title">
      <header><h2 id="tasks-title">{t("view.tasks")}</h2></header>
      {trouble && <TroubleNote trouble={trouble} />}
      {!lists && !trouble && <p class="quiet" role="status">{t("loading")}</p>}
      {lists && KINDS.map((kind) => <Tasks key={kind} kind={kind} tasks={lists[kind]} route={route} now={now} choose={setChosen} />)}
      {chosen && <Outcome key={chosen.listed.task.id} chosen={chosen} close={() => setChosen(null)} changed={ask} />}
    </section>
  );
}

// `read`: how many of the customer's messages the case had when the agent turned to the task.
interface Chosen {
  listed: ListedTask;
  read: number;
}

interface TasksShown {
  kind: (typeof KINDS)[number];
  tasks: ListedTask[];
  route: Route;
  now: number;
  choose: (chosen: Chosen) => void;
}

function Tasks({ kind, tasks, route, now, choose }: TasksShown) {
  const { hub, complain } = useConsole();
  const turnTo = async (listed: ListedTask) => {
    try {
      choose({ listed, read: (await hub.readCase(listed.reference)).messages_in });
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  return (
    <section class="card" aria-labelledby={`tasks-${kind}`}>
      <h3 id={`tasks-${kind}`}>{t(`tasks.${kind}` as Key)} <span class="count none">{tasks.length}</span></h3>
      {!tasks.length && <p class="quiet">{t("tasks.nothing")}</p>}
      <ul class="tasks">
        {tasks.map((listed) => {
          const { task } = listed;
          return (
            <li key={task.id} class={urgencyOf(task.due_at, now)}>
              <p><strong class="where"><bdi>{task.to}</bdi></strong> <span class="due">{dueWords(task.due_at, now, task.kind === "call" ? "call_back" : "letter")}</span></p>
              <p class="about">{task.about}</p>
              <p class="quiet">
                {task.from && task.until && <span>{t("tasks.wish", { from: momentWords(task.from, now), until: momentWords(task.until, now) })} · </span>}
                {task.attempts.length > 0 && <span>{t("tasks.attempts", { n: task.attempts.length })} · </span>}
                <a href={hashOf({ view: "tasks", team: route.team, reference: listed.reference })} aria-current={route.reference === listed.reference ? "true" : undefined}>{t("tasks.case", { reference: listed.reference })}</a>
              </p>
              <button type="button" onClick={() => void turnTo(listed)}>{t("tasks.log")}</button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const IN_VAIN = { call: ["no_answer", "voicemail", "wrong_number"], letter: ["returned"] } as const;

function Outcome({ chosen, close, changed }: { chosen: Chosen; close: () => void; changed: () => void }) {
  const { hub, say, complain } = useConsole();
  const { reference, task } = chosen.listed;
  const [result, setResult] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const shown = useRef(false);
  const ends = result === "given_up";
  const keep = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      if (result === "done") await hub.endTask(reference, task.id, { outcome: "done", messages_read: chosen.read });
      else if (ends) await hub.endTask(reference, task.id, { outcome: "given_up", why: note });
      else await hub.tryTask(reference, task.id, result, note);
      say(t("tasks.kept"));
      changed();
      close();
    } catch (error) {
      complain(troubleOf(error));
      setBusy(false);
    }
  };
  const open = (dialog: HTMLDialogElement | null) => {
    if (!dialog || shown.current) return;
    shown.current = true;
    dialog.showModal();
  };
  return (
    <dialog ref={open} aria-labelledby="outcome-title" onClose={close}>
      <form onSubmit={(event) => void keep(event)}>
        <h2 id="outcome-title">{t("tasks.outcome")}</h2>
        <p><bdi>{task.to}</bdi></p>
        <label>{t("tasks.result")}
          <select required value={result} onChange={(event) => setResult(event.currentTarget.value)}>
            <option value="" />
            {["done", ...IN_VAIN[task.kind], "given_up"].map((word) => <option key={word} value={word}>{t(`tasks.${word}` as Key)}</option>)}
          </select>
        </label>
        {result !== "done" && (
          <label>{t(ends ? "tasks.why" : "tasks.note")}
            <textarea required={ends} maxLength={500} rows={3} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
          </label>
        )}
        <p class="buttons">
          <button type="button" onClick={close}>{t("cancel")}</button>
          <button type="submit" class="main" disabled={busy}>{t("tasks.keep")}</button>
        </p>
      </form>
    </dialog>
  );
}
