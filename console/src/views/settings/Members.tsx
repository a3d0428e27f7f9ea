// The members of an object: what has to be said and what is said often first, the rest behind a click.

import { isMembers, valueAt, type Path } from "../../settings/document.ts";
import type { Shape } from "../../settings/schema.ts";
import { t } from "../../texts.ts";
import { Field, Untouched } from "./Field.tsx";
import { useEditing, useWrongWithin } from "./editing.ts";

// Beside those that are required.
const OFTEN: Record<string, string[]> = {
  inboxes: ["address", "display_name", "language", "kind", "signature", "acknowledgement", "allowed_origins"],
  teams: ["inbox", "fallback", "routing"],
  calendars: ["closed", "open", "holidays"],
  policies: ["resolution_minutes", "update_minutes", "steps"],
};

// What an inbox of another channel has no use for, and the API refuses there (docs/configuration.md).
const OF_CHANNELS: Record<string, string[]> = {
  address: ["email", "fax", "sms", "phone"], signature: ["email", "fax"], gateways: ["fax"], fax: ["fax"], allow_links: ["sms"],
  most_segments: ["sms"], sms: ["sms"], premium_numbers: ["sms", "fax"], allowed_countries: ["sms", "fax"],
  allowed_origins: ["web_form"], form_keys: ["web_form"], acknowledgement: ["email", "web_form", "sms", "app"], display_name: ["email", "fax"],
};
// Part of another member's editor.
const INSIDE_OTHERS = ["calendars.holidays_until"];

interface Shown {
  shape: Shape & { kind: "members" };
  path: Path;
  without?: readonly string[];
}

export function Members({ shape, path, without = [] }: Shown) {
  const { document } = useEditing();
  const value = valueAt(document, path);
  const section = String(path[0] ?? "");
  const channel = section === "inboxes" && path.length === 2 && isMembers(value) ? String(value["channel"] ?? "") : "";
  const names = Object.keys(shape.members).filter((name) => {
    if (without.includes(name) || INSIDE_OTHERS.includes(`${section}.${name}`)) return false;
    const there = valueAt(value, [name]) !== undefined;
    return there || !channel || !OF_CHANNELS[name] || OF_CHANNELS[name].includes(channel);
  });
  const often = path.length === 2 ? OFTEN[section] : undefined;
  const isFirst = (name: string) => !often || shape.required.includes(name) || often.includes(name);
  const first = names.filter(isFirst);
  const rest = names.filter((name) => !isFirst(name));
  // Written by a newer version of the hub than this description: kept, and seen.
  const strangers = isMembers(value) ? Object.keys(value).filter((name) => !shape.members[name] && !without.includes(name)) : [];
  const show = (name: string) => {
    const member = shape.members[name];
    return member && <Field key={name} shape={member} path={[...path, name]} required={shape.required.includes(name)} />;
  };
  return (
    <div class="members">
      {first.map(show)}
      {strangers.map((name) => <Untouched key={name} path={[...path, name]} />)}
      {rest.length > 0 && <Rest path={path} names={rest}>{rest.map(show)}</Rest>}
    </div>
  );
}

function Rest({ path, names, children }: { path: Path; names: string[]; children: preact.ComponentChildren }) {
  const { wrong } = useEditing();
  const within = useWrongWithin(path) && names.some((name) => [...wrong.keys()].some((place) => place.includes(`.${name}`)));
  return <details class="rest" {...(within ? { open: true } : {})}><summary>{t("set.more")}</summary><div class="members">{children}</div></details>;
}
