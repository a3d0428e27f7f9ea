// One answer to all cases of an incident, each in its own thread. With it the incident is over.

import { useRef, useState } from "preact/hooks";
import type { Incident } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useDeed } from "../deed.ts";
import { t } from "../texts.ts";
import { saidIn, Wordings, type Written } from "./Wordings.tsx";

export function AnswerIncident({ one, changed }: { one: Incident; changed: () => void }) {
  const { hub, say } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const sending = useRef({ wish: "", key: "" });
  const [written, setWritten] = useState<Written>({});
  const { busy, act } = useDeed(changed);
  const said = saidIn(written);
  const answer = () => act(async () => {
    // Repeating what failed has the same key, so that nobody is answered twice.
    const wish = JSON.stringify(said);
    if (sending.current.wish !== wish) sending.current = { wish, key: crypto.randomUUID() };
    await hub.answerIncident(one.id, said, sending.current.key);
    say(t("incident.answers"));
    dialog.current?.close();
  });
  return (
    <>
      <button type="button" class="main" onClick={() => dialog.current?.showModal()}>{t("incident.answer_all", { n: one.linked })}</button>
      <dialog ref={dialog} aria-labelledby="answer-all-title">
        <form onSubmit={(event) => { event.preventDefault(); void answer(); }}>
          <h2 id="answer-all-title">{t("incident.answer_all", { n: one.linked })}</h2>
          <p>{t("incident.answer_what")}</p>
          <Wordings written={written} change={setWritten} />
          <p class="quiet">{t("incident.variables", { variable: "{reference}" })}</p>
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
            <button type="submit" class="main" disabled={busy || !Object.keys(said).length}>{t("incident.answer_now")}</button>
          </p>
        </form>
      </dialog>
    </>
  );
}
