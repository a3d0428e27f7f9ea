// A text with variables, filled in as the hub fills it in: a line whose variable has no value is left out.

import variables from "./variables.json";

export interface Variables {
  always: string[];
  sometimes: string[];
}

const NONE: Variables = { always: [], sometimes: [] };

// What may stand in a text of that purpose.
export function variablesFor(purpose: string): Variables {
  return (variables as Record<string, Variables>)[purpose] ?? NONE;
}

const VARIABLE = /\{([a-z_]+)\}/g;

export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((found) => found[1] ?? ""))];
}

export function filledText(text: string, values: Readonly<Record<string, string>>): string {
  const put = (line: string) => line.replace(VARIABLE, (_, name: string) => values[name] ?? "");
  const lines = text.split("\n").filter((line) => variablesIn(line).every((name) => values[name]));
  return lines.map(put).join("\n").replace(/\n(?:[ \t]*\n){2,}/g, "\n\n").trim();
}

// The variables that a text of that purpose does not know.
export function strangersIn(text: string, purpose: string, subject = false): string[] {
  const { always, sometimes } = variablesFor(purpose);
  const known = subject ? always : [...always, ...sometimes];
  return variablesIn(text).filter((name) => !known.includes(name));
}
