// What the customer was promised in this case, word for word, and the calls and letters that are owed.

import type { Case, Promised } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { t, tWord } from "../texts.ts";
import { dueWords, momentWords, urgencyOf } from "../times.ts";
import { troubleOf } from "../trouble.ts";

export function Promises({ one, now, changed }: { one: Case; now: number; changed: () => void }) {
  const { hub, say, complain } = useConsole();
  const tasks = one.tasks.filter((task) => task.state === "open");
  if (!one.promises.length && !tasks.length) return null;
  const end = async (promise: Promised, outcome: "kept" | "withdrawn") => {
    try {
      await hub.endPromise(one.reference, promise.id, outcome);
      say(t("promise.ended"));
    } catch (error) {
      complain(troubleOf(error));
    }
    changed();
  };
  return (
    <section class="card" aria-labelledby="promises-title">
      <h3 id="promises-title">{t("promises.title")}</h3>
      <ul class="promises">
        {one.promises.map((promise) => (
          <li key={promise.id} class={promise.status}>
            <q dir="auto">{promise.text}</q>
            <p class={`quiet ${promise.ended_at ? "" : urgencyOf(promise.due_at, now)}`}>
              {tWord("promise", promise.status)} · {promise.ended_at ? momentWords(promise.ended_at, now) : dueWords(promise.due_at, now, "promise")}
            </p>
            {!promise.ended_at && (
              <p class="buttons">
                <button type="button" onClick={() => void end(promise, "kept")}>{t("promise.kept_now")}</button>
                <button type="button" onClick={() => void end(promise, "withdrawn")}>{t("promise.withdraw")}</button>
              </p>
            )}
          </li>
        ))}
        {tasks.map((task) => (
          <li key={task.id}>
            <strong>{tWord("task", task.kind)}</strong> <bdi>{task.to}</bdi>
            <p class={`quiet ${urgencyOf(task.due_at, now)}`}>{dueWords(task.due_at, now, task.kind === "call" ? "call_back" : "letter")}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
