// A table of names and values, where the names are free or of a known few.

import { useState } from "preact/hooks";
import { isMembers, valueAt, type Path } from "../../settings/document.ts";
import { blankOf, type Shape } from "../../settings/schema.ts";
import { t } from "../../texts.ts";
import { entryWords, idOf, useEditing } from "./editing.ts";
import { Field } from "./Field.tsx";

const KEYS: Record<string, string[]> = {
  own_steps: ["first_response", "next_response", "resolution", "update", "legal", "promise", "hand_over", "call_back", "letter"],
  quiet_channels: ["service", "notice", "survey", "marketing", "confirmation"],
  prices: ["email", "sms", "app", "fax"],
  words: ["pl", "en"],
};

export function MapEditor({ shape, path }: { shape: Shape & { kind: "map" }; path: Path }) {
  const { document, change, readOnly } = useEditing();
  const [name, setName] = useState("");
  const value = valueAt(document, path);
  const members = isMembers(value) ? value : {};
  const known = KEYS[String(path.at(-1))] ?? [];
  const id = idOf(path);
  const wanted = name.trim();
  const add = () => {
    if (!wanted || wanted in members) return;
    change([...path, wanted], blankOf(shape.value) ?? "");
    setName("");
  };
  const remove = (one: string) => {
    const rest = Object.fromEntries(Object.entries(members).filter(([other]) => other !== one));
    change(path, Object.keys(rest).length || shape.usual === undefined ? rest : undefined);
  };
  return (
    <div class="map">
      {Object.keys(members).map((one) => (
        <div key={one} class="map-row" role="group" aria-label={entryWords([...path, one])}>
          <p><strong>{entryWords([...path, one])}</strong> {!readOnly && <button type="button" class="plain" aria-label={t("set.remove_what", { what: entryWords([...path, one]) })} onClick={() => remove(one)}>{t("set.remove")}</button>}</p>
          <Field shape={shape.value} path={[...path, one]} required={false} />
        </div>
      ))}
      {!readOnly && (
        <p class="map-add">
          <label for={`${id}-new`}>{t("set.key")}</label>
          <input id={`${id}-new`} value={name} list={known.length ? `${id}-known` : undefined} autoComplete="off" onInput={(event) => setName(event.currentTarget.value)} />
          {known.length > 0 && <datalist id={`${id}-known`}>{known.filter((one) => !(one in members)).map((one) => <option key={one} value={one}>{entryWords([...path, one])}</option>)}</datalist>}
          <button type="button" disabled={!wanted} onClick={add}>{t("set.add")}</button>
        </p>
      )}
    </div>
  );
}
