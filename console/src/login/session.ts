// Who is logged in. The tokens lie in this tab's session storage and nowhere else; the hub checks the access token, we
// only read it.

const PLACE = "splot.tokens";

export interface Tokens {
  access: string;
  // Only to tell the issuer who leaves; "" where it gave none.
  id: string;
  // By which the next tokens are asked for; "" where the issuer gave none.
  refresh: string;
}

// `family`: the same in every tab that was copied from the one of the login, which share what they were given. `count`:
// the how manieth tokens of that login they are. `until`: when the access token ends, by the clock of this computer.
export interface Held extends Tokens {
  family: string;
  count: number;
  until: number;
}

export interface Login {
  subject: string;
  roles: string[];
  teams: string[];
}

export function parseToken(token: string): Login | null {
  const claims = claimsOf(token);
  if (typeof claims["sub"] !== "string" || typeof claims["exp"] !== "number") return null;
  const groups = Array.isArray(claims["cognito:groups"]) ? claims["cognito:groups"].map(String) : [];
  const named = (kind: string) => groups.filter((one) => one.startsWith(kind)).map((one) => one.slice(kind.length));
  return { subject: claims["sub"], roles: named("role:"), teams: named("team:") };
}

// When a token ends that was given just now. By how long it is good for, because this computer's clock may be wrong.
export function endOf(token: string, now: number): number {
  const { exp, iat } = claimsOf(token);
  if (typeof exp !== "number") return now;
  return typeof iat === "number" ? now + (exp - iat) * 1000 : exp * 1000;
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    return JSON.parse(decodePart(token.split(".")[1] ?? "")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function decodePart(part: string): string {
  const bytes = atob(part.replace(/-/g, "+").replace(/_/g, "/"));
  return new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)));
}

export function isStaff(login: Login): boolean {
  return ["agent", "supervisor", "admin"].some((role) => login.roles.includes(role));
}

export function heldAtFirst(tokens: Tokens, now: number): Held {
  return { ...tokens, family: crypto.randomUUID(), count: 0, until: endOf(tokens.access, now) };
}

// Null where nobody is logged in, and where that has ended for good.
export function readHeld(store: Storage, now: number): Held | null {
  const kept = store.getItem(PLACE);
  const held = kept ? (JSON.parse(kept) as Held) : null;
  return held && (held.until > now || held.refresh) ? held : null;
}

export function keepHeld(store: Storage, held: Held): void {
  store.setItem(PLACE, JSON.stringify(held));
}

export function forgetHeld(store: Storage): void {
  store.removeItem(PLACE);
}
