// The login of the local stack, at its own console: a user by name, or what renews their token.

import type { LocalLogin } from "../config.ts";
import { RenewalRefused } from "./renewal.ts";
import type { Tokens } from "./session.ts";

// Raises RenewalRefused, and anything else where nobody can say.
export async function askLocalLogin(login: LocalLogin, asked: { user: string } | { refresh_token: string }): Promise<Tokens> {
  const answer = await fetch(login.url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
  if (answer.status >= 400 && answer.status < 500) throw new RenewalRefused(String(answer.status));
  if (!answer.ok) throw new Error(String(answer.status));
  const told = (await answer.json()) as { token: string; refresh_token: string };
  return { access: told.token, id: "", refresh: told.refresh_token };
}
