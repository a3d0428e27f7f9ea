// What a message to many says, in each language that customers read.

import type { Wording } from "../api/types.ts";
import { languageName, t } from "../texts.ts";

const LANGUAGES = ["pl", "en"];

export type Written = Record<string, { subject: string; text: string }>;

// Only the languages in which something is said.
export function saidIn(written: Written): Record<string, Wording> {
  return Object.fromEntries(Object.entries(written).filter(([, one]) => one.text.trim()).map(([code, one]) => [code, {
    text: one.text.trim(), ...(one.subject.trim() ? { subject: one.subject.trim() } : {}),
  }]));
}

export function Wordings({ written, change }: { written: Written; change: (written: Written) => void }) {
  const write = (code: string, part: Partial<Written[string]>) =>
    change({ ...written, [code]: { ...(written[code] ?? { subject: "", text: "" }), ...part } });
  return (
    <>
      {LANGUAGES.map((code) => (
        <fieldset key={code} class="people"><legend>{languageName(code)}</legend>
          <label>{t("composer.subject_label")}<input type="text" lang={code} maxLength={200} value={written[code]?.subject ?? ""} onInput={(event) => write(code, { subject: event.currentTarget.value })} /></label>
          <label>{t("send.text")}<textarea rows={3} lang={code} value={written[code]?.text ?? ""} onInput={(event) => write(code, { text: event.currentTarget.value })} /></label>
        </fieldset>
      ))}
    </>
  );
}
