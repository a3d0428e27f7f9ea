// One entry of a thread. What is no news is folded: quotes, signatures, how it came, who decided.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Attachment, Entry } from "../api/types.ts";
import { authorName, useConsole, withoutKind } from "../console.ts";
import { t, tWord, type Key } from "../texts.ts";
import { clockTime, fullMoment } from "../times.ts";
import { troubleOf } from "../trouble.ts";
import { Delivery } from "./Delivery.tsx";
import { EventLine } from "./EventLine.tsx";
import { Icon } from "./Icon.tsx";
import { MailFrame } from "./MailFrame.tsx";
import { Remarks } from "./Remarks.tsx";

interface Shown {
  entry: Entry;
  // The reference of its case when that is not the one that is open; "" where it is not known.
  otherCase: string | null;
  reference: string;
  fresh: boolean;
  changed: () => void;
}

export function EntryView(shown: Shown) {
  const { entry, otherCase } = shown;
  if (entry.moved_to) return <li class="entry event"><Icon name="event" /><p>{t("entry.moved")}</p></li>;
  if (entry.kind === "event" || entry.kind === "notice") return <EventLine entry={entry} otherCase={otherCase} />;
  return <Message {...shown} />;
}

function Message({ entry, otherCase, reference, fresh, changed }: Shown) {
  const { nameOf } = useConsole();
  const arrival = entry.arrival;
  const who = entry.kind === "inbound" ? arrival?.sender_name || (arrival?.contact_point ? withoutKind(arrival.contact_point) : t("author.customer"))
    : authorName(entry.author, nameOf);
  const text = arrival?.sms?.whole_text ?? entry.text;
  return (
    <li id={`entry-${entry.id}`} class={`entry ${entry.kind}${otherCase === null ? "" : " elsewhere"}${fresh ? " fresh" : ""}`} data-entry={entry.id}>
      <article aria-labelledby={`head-${entry.id}`}>
        <header id={`head-${entry.id}`}>
          <Icon name={entry.kind === "note" ? "note" : (entry.channel ?? "note")} />
          <bdi class="who">{who}</bdi>
          <span class="how">{entry.kind === "note" ? t("entry.note") : entry.channel ? tWord("channel", entry.channel) : ""}</span>
          {entry.kind === "inbound" && arrival && <Trust entry={entry} />}
          {otherCase !== null && <span class="tag">{otherCase ? t("entry.other_case", { reference: otherCase }) : t("entry.other")}</span>}
          <time dateTime={entry.at} title={fullMoment(entry.at)}>{clockTime(entry.at)}</time>
        </header>
        {entry.subject && entry.channel === "email" && <p class="subject"><bdi>{entry.subject}</bdi></p>}
        {arrival?.warnings.map((one) => (
          <p class="warning" key={one.kind + one.detail}>
            <Icon name="warning" /><span>{tWord("warning", one.kind)}{one.detail && <> <bdi>{one.detail}</bdi></>}</span>
          </p>
        ))}
        {arrival && arrival.unparsed_remarks.length > 0 && <p class="warning"><Icon name="warning" /><span>{t("entry.unparsed")} <Remarks remarks={arrival.unparsed_remarks} /></span></p>}
        {arrival && arrival.automatic_remarks.length > 0 && <p class="quiet">{t("entry.automatic")} <Remarks remarks={arrival.automatic_remarks} /></p>}
        {entry.contact && <p class="quiet">{t("entry.contact", { direction: tWord("direction", entry.contact.direction), outcome: tWord("outcome", entry.contact.outcome) })}</p>}
        {text.trim() ? <p class="text" dir="auto">{text}</p> : entry.kind === "inbound" && !entry.attachments.length && <p class="quiet">{t("entry.no_text")}</p>}
        {entry.mentions.agents.length + entry.mentions.teams.length > 0 && (
          <p class="quiet mentioned">{t("entry.mentions")} <bdi>{[...entry.mentions.agents.map(nameOf), ...entry.mentions.teams].join(", ")}</bdi></p>
        )}
        {entry.forward && (
          <Folded label="entry.forward"><p class="text quoted" dir="auto">{`${entry.forward.header}\n\n${entry.forward.body}`}</p></Folded>
        )}
        {entry.quoted_text && <Folded label="entry.quoted" lines={entry.quoted_text}><p class="text quoted" dir="auto">{entry.quoted_text}</p></Folded>}
        {entry.signature && <Folded label="entry.signature"><p class="text quoted" dir="auto">{entry.signature}</p></Folded>}
        {entry.reading && <Pages entry={entry} />}
        {entry.attachments.length > 0 && <Files files={entry.attachments} />}
        {entry.html && <Folded label="entry.laid_out"><MailFrame entry={entry} /></Folded>}
        {arrival && <HowItCame entry={entry} />}
        {entry.delivery && <Delivery entry={entry} reference={reference} changed={changed} />}
      </article>
    </li>
  );
}

function Folded({ label, lines, children }: { label: Key; lines?: string; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="folded" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t(label, { n: lines ? lines.trim().split("\n").length : 0 })}</summary>
      {open && children}
    </details>
  );
}

function Trust({ entry }: { entry: Entry }) {
  const level = entry.arrival?.trust.level ?? "unverified";
  return <span class={`trust ${level}`} title={tWord("trust_meaning", level)}>{tWord("trust", level)}</span>;
}

function HowItCame({ entry }: { entry: Entry }) {
  const { hub, complain } = useConsole();
  const arrival = entry.arrival;
  if (!arrival) return null;
  const openRaw = async () => {
    try {
      window.open(await hub.download(entry.links["raw"] ?? ""), "_blank", "noopener,noreferrer");
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  return (
    <Folded label="entry.how_it_came">
      <dl class="facts">
        <dt>{t("entry.rule")}</dt><dd>{tWord("rule", arrival.matching.rule)} <code>{arrival.matching.rule}</code><br /><Remarks remarks={arrival.matching.remarks} /></dd>
        <dt>{t("entry.sender")}</dt><dd><bdi>{arrival.contact_point ?? "—"}</bdi></dd>
        <dt>{t("entry.trust")}</dt><dd>{tWord("trust_meaning", arrival.trust.level)}</dd>
        {arrival.remarks.length > 0 && <><dt>{t("entry.repairs")}</dt><dd><Remarks remarks={arrival.remarks} /></dd></>}
        {arrival.fax && <><dt>{t("entry.fax_number")}</dt><dd>{arrival.fax.number ?? "—"}</dd></>}
        <dt>{t("entry.received")}</dt><dd>{fullMoment(entry.at)}</dd>
      </dl>
      {entry.links["raw"] && <button type="button" class="plain" onClick={openRaw}>{t("entry.raw")}</button>}
    </Folded>
  );
}

function Pages({ entry }: { entry: Entry }) {
  const { hub } = useConsole();
  const [picture, setPicture] = useState("");
  const reading = entry.reading;
  if (!reading) return null;
  const preview = reading.preview;
  return (
    <section class="pages" aria-label={t("pages.title")}>
      <p class="quiet">
        {reading.status === "waiting" && t("pages.waiting")}
        {reading.status === "read" && t("pages.read", { n: reading.pages_read, confidence: reading.confidence ?? 100 })}
        {reading.status === "unavailable" && t("pages.unavailable")}
        {reading.remarks.length > 0 && <> <Remarks remarks={reading.remarks} /></>}
        {reading.case_reference && ` ${t("pages.reference", { reference: reading.case_reference })}`}
      </p>
      {reading.text.split("\f").filter((page) => page.trim()).map((page, at) => <p class="text page" dir="auto" key={at}>{page.trim()}</p>)}
      {preview && !picture && (
        <button type="button" class="plain" onClick={async () => setPicture(await hub.download(preview.link))}>{t("pages.picture")}</button>
      )}
      {picture && <img class="fax" src={picture} alt={t("pages.picture_alt")} />}
    </section>
  );
}

function Files({ files }: { files: Attachment[] }) {
  const { hub, complain } = useConsole();
  const open = async (file: Attachment) => {
    try {
      location.assign(await hub.download(file.link));
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  return (
    <ul class="files" aria-label={t("files.title")}>
      {files.map((file) => (
        <li key={file.sha256 + file.name}>
          <button type="button" class="file" onClick={() => void open(file)}>
            <Icon name="file" /><bdi>{file.name}</bdi> <span class="quiet">{sizeWords(file.size)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function sizeWords(bytes: number): string {
  return bytes < 1_000_000 ? t("size.kb", { n: Math.max(1, Math.round(bytes / 1000)) }) : t("size.mb", { n: Math.round(bytes / 100_000) / 10 });
}
