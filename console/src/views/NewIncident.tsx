// Something goes wrong for many: said once, told to everybody who writes, and over when somebody says so.

import { useEffect, useRef, useState } from "preact/hooks";
import { useConsole } from "../console.ts";
import { useDeed } from "../deed.ts";
import { namesIn } from "../settings/references.ts";
import { languageName, t } from "../texts.ts";

const LANGUAGES = ["pl", "en"];
const LONGEST_NOTICE = 600;

export function NewIncident({ leads, changed }: { leads: boolean; changed: () => void }) {
  const { hub, say } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const [title, setTitle] = useState("");
  const [notice, setNotice] = useState<Record<string, string>>({});
  const [inboxes, setInboxes] = useState<string[]>([]);
  const [known, setKnown] = useState<string[]>([]);
  const { busy, act } = useDeed(() => {
    dialog.current?.close();
    changed();
  });
  useEffect(() => {
    // Only who leads may read which there are.
    if (leads) hub.configuration().then((found) => setKnown(namesIn(found.document, "inboxes")), () => {});
  }, [leads]);
  const begin = () => act(async () => {
    const told = Object.fromEntries(Object.entries(notice).map(([code, text]) => [code, text.trim()]).filter(([, text]) => text));
    await hub.openIncident(title.trim(), told, inboxes);
    say(t("incident.begun"));
    setTitle("");
    setNotice({});
    setInboxes([]);
  });
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>{t("incident.new")}</button>
      <dialog ref={dialog} aria-labelledby="incident-title">
        <form onSubmit={(event) => { event.preventDefault(); void begin(); }}>
          <h2 id="incident-title">{t("incident.new")}</h2>
          <label>{t("incident.title")}<input type="text" required maxLength={200} value={title} onInput={(event) => setTitle(event.currentTarget.value)} /></label>
          {LANGUAGES.map((code) => (
            <label key={code}>{t("incident.notice", { language: languageName(code) })}
              <textarea rows={2} lang={code} maxLength={LONGEST_NOTICE} value={notice[code] ?? ""} onInput={(event) => setNotice({ ...notice, [code]: event.currentTarget.value })} />
            </label>
          ))}
          {known.length > 0 && (
            <fieldset class="people"><legend>{t("incident.inboxes")}</legend>
              {known.map((name) => (
                <label key={name} class="inline"><input type="checkbox" checked={inboxes.includes(name)} onChange={(event) => setInboxes(event.currentTarget.checked ? [...inboxes, name] : inboxes.filter((one) => one !== name))} /> {name}</label>
              ))}
            </fieldset>
          )}
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>{t("cancel")}</button>
            <button type="submit" class="main" disabled={busy || !title.trim()}>{t("incident.begin")}</button>
          </p>
        </form>
      </dialog>
    </>
  );
}
