// Of what the search is to be: of which cases, by which channel, of which time.

import { useEffect, useState } from "preact/hooks";
import type { Channel } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { namesOf, useKinds } from "../kinds.ts";
import type { Filter, Only } from "../route.ts";
import { tagsIn } from "../tags.ts";
import { t, tWord } from "../texts.ts";

const CHANNELS: Channel[] = ["email", "sms", "web_form", "app", "fax", "phone", "letter", "in_person"];
const STATES = ["open", "closed", "spam"];

export function Filters({ only, choose }: { only: Only; choose: (chosen: Only) => void }) {
  const { teams } = useConsole();
  const kinds = namesOf(useKinds());
  const [tag, setTag] = useState(only.tag ?? "");
  // Where there is room for them they are there to see.
  const [isOpen, setOpen] = useState(() => matchMedia("(min-width: 901px)").matches);
  useEffect(() => setTag(only.tag ?? ""), [only.tag]);
  const among = (name: Filter, values: readonly string[]) => [...new Set([...values, ...(only[name] ? [only[name]] : [])])];
  const select = (name: Filter, label: string, none: string, values: readonly string[], wordFor: (value: string) => string) => (
    <label><span>{label}</span>
      <select value={only[name] ?? ""} onChange={(event) => choose({ [name]: event.currentTarget.value })}>
        <option value="">{none}</option>
        {among(name, values).map((one) => <option key={one} value={one}>{wordFor(one)}</option>)}
      </select>
    </label>
  );
  const day = (name: "since" | "until", label: string) => (
    <label><span>{label}</span><input type="date" value={only[name] ?? ""} onChange={(event) => choose({ [name]: event.currentTarget.value, zone: "" })} /></label>
  );
  const chosen = Object.entries(only).filter(([name, value]) => value && name !== "zone").length;
  const sayTag = () => choose({ tag: tagsIn(tag).join(",") });
  return (
    <details class="filters" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t(chosen ? "find.filters" : "find.no_filters", { n: chosen })}</summary>
      <div>
        {select("status", t("find.status"), t("find.status_any"), STATES, (one) => tWord("status", one))}
        {select("channel", t("find.channel"), t("find.channel_any"), CHANNELS, (one) => tWord("channel", one))}
        {select("kind", t("report.kind"), t("report.all"), kinds, (one) => tWord("kind", one))}
        {select("team", t("nav.team"), t("report.all"), teams, (one) => one)}
        <label><span>{t("find.tag")}</span><input type="text" size={14} value={tag} maxLength={200} autoComplete="off" autoCapitalize="none" onInput={(event) => setTag(event.currentTarget.value)} onChange={sayTag} onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); sayTag(); } }} /></label>
        {day("since", t("find.since"))}
        {day("until", t("find.until"))}
        {chosen > 0 && <button type="button" class="plain" onClick={() => choose({ status: "", channel: "", kind: "", tag: "", team: "", since: "", until: "", zone: "" })}>{t("find.without_filters")}</button>}
      </div>
    </details>
  );
}
