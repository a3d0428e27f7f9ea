// What every part of the console has at hand.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Hub } from "./api/hub.ts";
import type { Config } from "./config.ts";
import type { Login } from "./login/session.ts";
import { t } from "./texts.ts";
import type { Trouble } from "./trouble.ts";

export interface Console {
  hub: Hub;
  login: Login;
  config: Config;
  teams: string[];
  // An agent's name, by the subject of their login.
  nameOf: (subject: string) => string;
  // For screen readers, and for a moment on the screen.
  say: (text: string) => void;
  complain: (trouble: Trouble) => void;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (!found) throw new Error("outside of the console");
  return found;
}

export function authorName(author: string, nameOf: (subject: string) => string): string {
  if (author.startsWith("agent:")) return nameOf(author.slice("agent:".length));
  return author === "hub" ? t("author.hub") : t("author.customer");
}

export function withoutKind(contactPoint: string): string {
  return contactPoint.slice(contactPoint.indexOf(":") + 1);
}
