// For who leads: what was counted, of which days, which team, kind of case and channel.

import { useState } from "preact/hooks";
import { Refused } from "../api/client.ts";
import { useConsole } from "../console.ts";
import { saveAs } from "../download.ts";
import { usePolled } from "../hooks.ts";
import { namesOf, useKinds } from "../kinds.ts";
import { SPANS, spanOf, type Report, type SpanName } from "../reports.ts";
import { t, tWord, type Key } from "../texts.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { Charts, REPORTS, type Name } from "./Charts.tsx";
import { TroubleNote } from "./TroubleNote.tsx";

const EVERY = 60_000;
// While the hub still adds up hours: each answer takes it further.
const AGAIN = 3_000;
const CHANNELS = ["email", "sms", "web_form", "app", "fax", "phone", "letter", "in_person"];

export function Reports({ now }: { now: number }) {
  const { hub, teams, complain } = useConsole();
  const [reports, setReports] = useState<Record<Name, Report> | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [addsUp, setAddsUp] = useState(false);
  const kinds = namesOf(useKinds());
  const [name, setName] = useState<SpanName>("30");
  const [team, setTeam] = useState("");
  const [kind, setKind] = useState("");
  const [channel, setChannel] = useState("");
  const span = spanOf(name, now);
  const filters = { team, kind, channel };
  usePolled(async (isCurrent) => {
    try {
      const found = await Promise.all(REPORTS.map((report) => hub.report(report, span, filters)));
      if (!isCurrent()) return;
      setReports(Object.fromEntries(REPORTS.map((report, at) => [report, found[at]])) as Record<Name, Report>);
      setTrouble(null);
      setAddsUp(false);
    } catch (error) {
      if (!isCurrent()) return;
      const busy = error instanceof Refused && error.problem.code === "unavailable";
      setAddsUp(busy);
      setTrouble(busy ? null : troubleOf(error));
    }
  }, addsUp ? AGAIN : EVERY, `${name}/${team}/${kind}/${channel}/${span.since}`);
  const download = async (report: Name) => {
    try {
      saveAs(await hub.reportTable(report, span, filters), `${report}-${span.since}-${span.until}.csv`, "text/csv");
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  return (
    <section class="late-list reports" aria-labelledby="reports-title">
      <header>
        <h2 id="reports-title">{t("view.reports")}</h2>
        <Choice label={t("report.span")} value={name} choices={SPANS.map((one) => [one, t(`report.last_${one}` as Key)])} chosen={(value) => setName(value as SpanName)} />
        <Choice label={t("nav.team")} value={team} choices={[["", t("report.all")], ...teams.map((one): [string, string] => [one, one])]} chosen={setTeam} />
        <Choice label={t("report.kind")} value={kind} choices={[["", t("report.all")], ...kinds.map((one): [string, string] => [one, tWord("kind", one)])]} chosen={setKind} />
        <Choice label={t("composer.channel")} value={channel} choices={[["", t("report.all")], ...CHANNELS.map((one): [string, string] => [one, tWord("channel", one)])]} chosen={setChannel} />
      </header>
      {trouble && <TroubleNote trouble={trouble} />}
      {!reports && !trouble && <p class="quiet" role="status">{t(addsUp ? "report.adds_up" : "loading")}</p>}
      {reports && <Charts reports={reports} span={span} filters={filters} team={teams[0] ?? ""} download={(report) => void download(report)} />}
    </section>
  );
}

function Choice({ label, value, choices, chosen }: { label: string; value: string; choices: [string, string][]; chosen: (value: string) => void }) {
  return (
    <label class="inline">{label}
      <select value={value} onChange={(event) => chosen(event.currentTarget.value)}>
        {choices.map(([one, words]) => <option key={one} value={one}>{words}</option>)}
      </select>
    </label>
  );
}
