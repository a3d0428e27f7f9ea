// Who is logged in. The token lies in this tab's session storage and nowhere else; the hub checks it, we only read it.
// The ID token lies beside it until one logs out.

const PLACE = "splot.token";
const ID_PLACE = "splot.id_token";

export interface Login {
  token: string;
  subject: string;
  roles: string[];
  teams: string[];
  expiresAt: number;
}

export function parseToken(token: string): Login | null {
  try {
    const claims = JSON.parse(decodePart(token.split(".")[1] ?? "")) as Record<string, unknown>;
    const groups = Array.isArray(claims["cognito:groups"]) ? claims["cognito:groups"].map(String) : [];
    const named = (kind: string) => groups.filter((one) => one.startsWith(kind)).map((one) => one.slice(kind.length));
    if (typeof claims["sub"] !== "string" || typeof claims["exp"] !== "number") return null;
    return {
      token, subject: claims["sub"], roles: named("role:"), teams: named("team:"), expiresAt: claims["exp"] * 1000,
    };
  } catch {
    return null;
  }
}

function decodePart(part: string): string {
  const bytes = atob(part.replace(/-/g, "+").replace(/_/g, "/"));
  return new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)));
}

export function isStaff(login: Login): boolean {
  return ["agent", "supervisor", "admin"].some((role) => login.roles.includes(role));
}

export function keptLogin(now: number): Login | null {
  const token = sessionStorage.getItem(PLACE);
  const login = token ? parseToken(token) : null;
  return login && login.expiresAt > now ? login : null;
}

export function keepLogin(token: string, idToken = ""): void {
  sessionStorage.setItem(PLACE, token);
  sessionStorage.setItem(ID_PLACE, idToken);
}

// Gives back the ID token.
export function forgetLogin(): string {
  const idToken = sessionStorage.getItem(ID_PLACE) ?? "";
  sessionStorage.removeItem(PLACE);
  sessionStorage.removeItem(ID_PLACE);
  return idToken;
}
