// What the hub did or noticed, on one line: the words first, the facts behind a click.

import type { Entry } from "../api/types.ts";
import { authorName, useConsole } from "../console.ts";
import { t, tWord } from "../texts.ts";
import { clockTime, fullMoment } from "../times.ts";
import { Icon } from "./Icon.tsx";

export function EventLine({ entry, otherCase }: { entry: Entry; otherCase: string | null }) {
  const { nameOf } = useConsole();
  const facts = Object.entries(entry.facts).filter(([, value]) => value !== "");
  const notice = entry.kind === "notice";
  const about = notice ? t("event.notice", { to: entry.delivery?.recipient ?? "" }) : tWord("event", entry.event ?? "");
  return (
    <li class={`entry event${otherCase === null ? "" : " elsewhere"}`} data-event={entry.event ?? "notice"}>
      <Icon name={notice ? "notice" : "event"} />
      <div>
        <details>
          <summary>
            <span>{about}</span>
            {entry.author.startsWith("agent:") && <span class="quiet"> · <bdi>{authorName(entry.author, nameOf)}</bdi></span>}
            {otherCase && <span class="tag">{t("entry.other_case", { reference: otherCase })}</span>}
          </summary>
          <dl class="facts">
            {notice && entry.subject && <><dt>{t("entry.subject")}</dt><dd>{entry.subject}</dd></>}
            {facts.map(([name, value]) => <><dt>{tWord("fact", name)}</dt><dd><bdi>{factWords(name, value, nameOf)}</bdi></dd></>)}
          </dl>
          {entry.text && <p class="text" dir="auto">{entry.text}</p>}
        </details>
      </div>
      <time dateTime={entry.at} title={fullMoment(entry.at)}>{clockTime(entry.at)}</time>
    </li>
  );
}

function factWords(name: string, value: string, nameOf: (subject: string) => string): string {
  if (/_at$|^at$/.test(name) && !Number.isNaN(Date.parse(value))) return fullMoment(value);
  if (["assignee", "by", "carer"].includes(name)) return nameOf(value.replace(/^agent:/, ""));
  if (name === "clock") return tWord("clock", value.split(":")[0] ?? value);
  return value;
}
