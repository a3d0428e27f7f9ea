// Where one is in the console, as the fragment of the address: `#/team/care/K7Q2M-9DXM3-Q`.

export type View = "mine" | "mentions" | "team" | "unassigned" | "late" | "tasks" | "parked" | "many" | "find" | "settings" | "reports";

export interface Route {
  view: View;
  team: string;
  // Of the case that is open; of a parked message its id; of the settings a section.
  reference: string | null;
  // What is looked for everywhere, and of which cases.
  words?: string;
  only?: Only;
}

// `since` and `until` are days of the zone `zone`, both of them inside; of the browser's where none is named.
export const FILTERS = ["status", "channel", "kind", "tag", "team", "since", "until", "zone"] as const;
export type Filter = (typeof FILTERS)[number];
export type Only = Partial<Record<Filter, string>>;

const OF_A_TEAM: View[] = ["team", "unassigned", "late", "tasks"];
export const OF_NO_TEAM: View[] = ["mine", "mentions", "parked", "many", "find", "settings", "reports"];

export function parseRoute(hash: string, teams: readonly string[]): Route {
  const [path = "", filters = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", ...rest] = path.split("/").map(decoded);
  if (OF_A_TEAM.includes(view as View) && rest[0]) return { view: view as View, team: rest[0], reference: rest[1] ?? null };
  if (view === "find") return { view, team: teams[0] ?? "", reference: rest[1] || null, words: rest[0] ?? "", ...(filters ? { only: onlyIn(filters) } : {}) };
  if (OF_NO_TEAM.includes(view as View)) return { view: view as View, team: teams[0] ?? "", reference: rest[0] ?? null };
  return teams[0] ? { view: "team", team: teams[0], reference: null } : { view: "mine", team: "", reference: null };
}

export function hashOf(route: Route): string {
  const parts: string[] = [route.view];
  if (!OF_NO_TEAM.includes(route.view)) parts.push(route.team);
  if (route.view === "find" && (route.words || route.reference)) parts.push(route.words ?? "");
  if (route.reference) parts.push(route.reference);
  const given = FILTERS.flatMap((name) => (route.view === "find" && route.only?.[name] ? [[name, route.only[name]]] : []));
  return `#/${parts.map(encodeURIComponent).join("/")}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
}

function onlyIn(filters: string): Only {
  const given = new URLSearchParams(filters);
  return Object.fromEntries(FILTERS.flatMap((name) => (given.get(name) ? [[name, given.get(name)]] : [])));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Whether somebody typed an e-mail address or a telephone number into the search.
export function isContactPoint(typed: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed.trim()) || /^\+?[\d\s()-]{7,20}$/.test(typed.trim());
}

// What somebody typed into the search, if it is a case's reference: ten letters or digits and the check one.
export function asReference(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[\s-]/g, "");
  return /^[0-9A-Z]{11}$/.test(letters) && /\d/.test(letters) ? `${letters.slice(0, 5)}-${letters.slice(5, 10)}-${letters.slice(10)}` : null;
}
