// What every part of the console has at hand.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Refused } from "./api/client.ts";
import type { Hub } from "./api/hub.ts";
import type { Config } from "./config.ts";
import type { Login } from "./login/session.ts";
import { t, tWord } from "./texts.ts";

export interface Console {
  hub: Hub;
  login: Login;
  config: Config;
  teams: string[];
  // An agent's name, by the subject of their login.
  nameOf: (subject: string) => string;
  // For screen readers, and for a moment on the screen.
  say: (text: string) => void;
  complain: (text: string) => void;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (!found) throw new Error("outside of the console");
  return found;
}

// What happened, by the code that the API gives, and the API's own words behind it.
export function problemWords(error: unknown): string {
  if (!(error instanceof Refused)) return t("problem.unexpected");
  const { code, detail, field } = error.problem;
  const known = tWord("problem", code);
  const words = known === code.replace(/_/g, " ") ? t("problem.unexpected") : known;
  const more = [field, detail].filter(Boolean).join(": ");
  return more && code !== "unreachable" ? `${words} (${more})` : words;
}

export function authorName(author: string, nameOf: (subject: string) => string): string {
  if (author.startsWith("agent:")) return nameOf(author.slice("agent:".length));
  return author === "hub" ? t("author.hub") : t("author.customer");
}

export function withoutKind(contactPoint: string): string {
  return contactPoint.slice(contactPoint.indexOf(":") + 1);
}
