// Whom a note mentions: who is offered behind an `@`, and who stands in it in the end.

import type { Agent } from "./api/types.ts";

export interface Mentionable {
  kind: "agent" | "team";
  // An agent's id, a team's name.
  id: string;
  // As it stands behind the `@`.
  name: string;
  present: boolean;
}

// As many as are offered at once, and as the API takes.
const MOST_OFFERED = 8;
const MOST = { agent: 10, team: 5 };
const LONGEST = 40;

// Everybody but oneself: colleagues by name, then teams. What has no name is called by its id.
export function mentionable(agents: readonly Agent[], teams: readonly string[], self: string): Mentionable[] {
  const colleagues = agents
    .filter((agent) => agent.subject !== self)
    .map((agent): Mentionable => ({ kind: "agent", id: agent.subject, name: agent.name || agent.subject, present: agent.presence === "present" }))
    .sort((one, other) => one.name.localeCompare(other.name));
  const known = [...new Set(teams)].sort();
  return [...colleagues, ...known.map((name): Mentionable => ({ kind: "team", id: name, name, present: true }))];
}

// What is typed behind an `@` that the caret stands behind; null where there is none. One within a word, as in an
// address, begins nothing.
export function typedBehind(text: string, caret: number): { at: number; typed: string } | null {
  const at = text.slice(0, caret).lastIndexOf("@");
  if (at < 0 || caret - at > LONGEST || (at > 0 && !/[\s(,;]/.test(text[at - 1] ?? ""))) return null;
  const typed = text.slice(at + 1, caret);
  return /\n|^\s/.test(typed) ? null : { at, typed };
}

// Those of whose names a word begins so; who is there first.
export function offered(typed: string, all: readonly Mentionable[]): Mentionable[] {
  const wanted = folded(typed);
  const fits = all.filter((one) => folded(one.name).startsWith(wanted) || folded(one.name).split(/[\s._-]+/).some((word) => word.startsWith(wanted)));
  return [...fits.filter((one) => one.present), ...fits.filter((one) => !one.present)].slice(0, MOST_OFFERED);
}

export function withMention(text: string, at: number, caret: number, one: Mentionable): { text: string; caret: number } {
  const before = `${text.slice(0, at)}@${one.name} `;
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length };
}

// Of those who were chosen whoever still stands in the text: what is struck out mentions nobody.
export function stillMentioned(text: string, chosen: readonly Mentionable[]): Mentionable[] {
  const there = chosen.filter((one, at) => hasName(text, one.name) && chosen.findIndex((other) => other.kind === one.kind && other.id === one.id) === at);
  return (["agent", "team"] as const).flatMap((kind) => there.filter((one) => one.kind === kind).slice(0, MOST[kind]));
}

export function asMentions(mentioned: readonly Mentionable[]): { agents: string[]; teams: string[] } {
  const ids = (kind: Mentionable["kind"]) => mentioned.filter((one) => one.kind === kind).map((one) => one.id);
  return { agents: ids("agent"), teams: ids("team") };
}

function hasName(text: string, name: string): boolean {
  for (let at = text.indexOf(`@${name}`); at >= 0; at = text.indexOf(`@${name}`, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text[at + name.length + 1] ?? "")) return true;
  }
  return false;
}

function folded(text: string): string {
  return text.toLowerCase().replaceAll("ł", "l").normalize("NFD").replace(/\p{M}/gu, "");
}
