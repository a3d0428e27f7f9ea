// Where one is in the console, as the fragment of the address: `#/team/care/K7Q2M-9DXM3-Q`.

export type View = "mine" | "team" | "unassigned" | "late" | "tasks" | "parked" | "many";

export interface Route {
  view: View;
  team: string;
  // Of the case that is open; of a parked message its id.
  reference: string | null;
}

const OF_A_TEAM: View[] = ["team", "unassigned", "late", "tasks"];
const OF_NO_TEAM: View[] = ["mine", "parked", "many"];

export function parseRoute(hash: string, teams: readonly string[]): Route {
  const [view = "", ...rest] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  if (OF_A_TEAM.includes(view as View) && rest[0]) return { view: view as View, team: rest[0], reference: rest[1] ?? null };
  if (OF_NO_TEAM.includes(view as View)) return { view: view as View, team: teams[0] ?? "", reference: rest[0] ?? null };
  return teams[0] ? { view: "team", team: teams[0], reference: null } : { view: "mine", team: "", reference: null };
}

export function hashOf(route: Route): string {
  const parts: string[] = [route.view];
  if (!OF_NO_TEAM.includes(route.view)) parts.push(route.team);
  if (route.reference) parts.push(route.reference);
  return `#/${parts.map(encodeURIComponent).join("/")}`;
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
