// Which members name an entry of another section, so that one chooses instead of typing, and a new name is told everywhere.

import { isMembers, valueAt, withValue, type Json, type Path } from "./document.ts";

const NAMES: Record<string, string> = {
  "inboxes.team": "teams", "inboxes.kind": "kinds",
  "teams.calendar": "calendars", "teams.policy": "policies", "teams.inbox": "inboxes", "teams.fallback": "teams",
  "former_teams.successor": "teams",
  "policy_rules.policy": "policies", "policy_rules.team": "teams", "policy_rules.kind": "kinds",
  "routing_rules.when.inbox": "inboxes", "routing_rules.when.kind": "kinds",
  "routing_rules.then.team": "teams", "routing_rules.then.kind": "kinds",
};
// Kinds that are there without being written down (docs/configuration.md).
export const SHIPPED_KINDS = ["question", "order", "request", "suggestion", "complaint", "financial_complaint", "personal_data_request"];
// Cases and messages carry these names: a new name would be a new one beside the old.
export const NAMED_FOR_GOOD = ["inboxes", "teams"];

const patternOf = (path: Path) => path.filter((step) => typeof step === "string").join(".");

// The names to choose from; null where anything may be written.
export function namesFor(document: Json, path: Path): string[] | null {
  const section = NAMES[patternOf(path)];
  if (!section) return null;
  return section === "kinds" ? kindsIn(document).filter((kind) => !retired(document, kind)) : namesIn(document, section);
}

export function kindsIn(document: Json): string[] {
  return [...new Set([...SHIPPED_KINDS, ...namesIn(document, "kinds")])];
}

function retired(document: Json, kind: string): boolean {
  const items = valueAt(document, ["kinds"]);
  return Array.isArray(items) && items.some((item) => isMembers(item) && item["name"] === kind && item["retired"] === true);
}

export function namesIn(document: Json, section: string): string[] {
  const items = valueAt(document, [section]);
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => (isMembers(item) && typeof item["name"] === "string" && item["name"] ? [item["name"]] : []));
}

// Gives an entry another name, also wherever it is named.
export function renamed(document: Json, section: string, at: number, name: string): Json {
  const before = valueAt(document, [section, at, "name"]);
  let after = withValue(document, [section, at, "name"], name);
  if (typeof before !== "string" || !before || !name) return after;
  for (const [pattern, names] of Object.entries(NAMES)) {
    if (names !== section) continue;
    const [holder = "", ...members] = pattern.split(".");
    const items = valueAt(after, [holder]);
    if (!Array.isArray(items)) continue;
    items.forEach((_, item) => {
      const path = [holder, item, ...members];
      if (valueAt(after, path) === before) after = withValue(after, path, name);
    });
  }
  return after;
}
