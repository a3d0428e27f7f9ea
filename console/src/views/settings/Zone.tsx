// A time zone, with those that the browser knows to choose from.

import type { Path } from "../../settings/document.ts";
import { useField } from "./editing.ts";
import { Labelled } from "./Field.tsx";

const ZONES = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];

export function Zone({ path }: { path: Path }) {
  const { id, value, set, said } = useField(path);
  return (
    <Labelled path={path}>
      <input id={id} {...said} value={typeof value === "string" ? value : ""} list={`${id}-zones`} autoComplete="off" spellcheck={false} aria-required onInput={(event) => set(event.currentTarget.value)} />
      <datalist id={`${id}-zones`}>{ZONES.map((zone) => <option key={zone} value={zone} />)}</datalist>
    </Labelled>
  );
}
