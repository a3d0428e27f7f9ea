// A case is given to a colleague: those of its team first, and of them who is there.

import { useRef, useState } from "preact/hooks";
import type { Agent, Case } from "../api/types.ts";
import { colleaguesFor } from "../colleagues.ts";
import { useConsole } from "../console.ts";
import { t } from "../texts.ts";
import { troubleOf } from "../trouble.ts";

interface Shown {
  one: Case;
  busy: boolean;
  act: (deed: () => Promise<void>, done: string) => Promise<boolean>;
}

export function AssignTo({ one, busy, act }: Shown) {
  const { hub, login, nameOf, complain } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const [agents, setAgents] = useState<Agent[]>([]);
  const [chosen, setChosen] = useState("");
  const open = async () => {
    setChosen("");
    try {
      setAgents(colleaguesFor(await hub.agents(), one, login.subject));
      dialog.current?.showModal();
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  const assign = async (event: Event) => {
    event.preventDefault();
    await act(() => hub.assign(one.reference, chosen), t("deed.assigned", { who: nameOf(chosen) }));
    dialog.current?.close();
  };
  return (
    <>
      <button type="button" disabled={busy} onClick={() => void open()}>{t("deed.assign")}</button>
      <dialog ref={dialog} aria-labelledby="assign-title">
        <form onSubmit={(event) => void assign(event)}>
          <h2 id="assign-title">{t("deed.assign_title")}</h2>
          {agents.length === 0 && <p class="quiet">{t("people.nobody")}</p>}
          <label>{t("people.to")}
            <select required value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
              <option value="">{t("set.choose")}</option>
              {agents.map((each) => (
                <option key={each.subject} value={each.subject}>
                  {`${each.name || nameOf(each.subject)} · ${t(each.presence === "present" ? "presence.present" : "presence.absent")}${each.teams.length ? ` · ${each.teams.join(", ")}` : ""}`}
                </option>
              ))}
            </select>
          </label>
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
            <button type="submit" class="main" disabled={busy || !chosen}>{t("deed.assign_now")}</button>
          </p>
        </form>
      </dialog>
    </>
  );
}
