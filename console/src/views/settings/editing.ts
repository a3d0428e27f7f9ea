// What every editor of the settings has at hand: the document as edited, what is wrong with it, and a way to change it.

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { placeOf, valueAt, type Json, type Path } from "../../settings/document.ts";
import type { Shape } from "../../settings/schema.ts";
import { languageName, t, tWord } from "../../texts.ts";

export interface Editing {
  document: Json;
  // As it was before the edit: what is in it has a history.
  base: Json;
  shape: Shape;
  // By place, in words.
  wrong: ReadonlyMap<string, string>;
  readOnly: boolean;
  // `undefined` takes it out: what is usual holds then.
  change: (path: Path, value: Json | undefined) => void;
  rename: (section: string, at: number, name: string) => void;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const found = useContext(EditingContext);
  if (!found) throw new Error("outside of the settings");
  return found;
}

export function idOf(path: Path): string {
  return `at-${path.join("-")}`;
}

// Everything of a plain field: its value, and what its control says to screen readers.
export function useField(path: Path) {
  const { document, wrong, change } = useEditing();
  const id = idOf(path);
  const words = wrong.get(placeOf(path));
  const hint = hintFor(path);
  const described = [words ? `${id}-wrong` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return {
    id,
    value: valueAt(document, path),
    words,
    hint,
    set: (value: Json | undefined) => change(path, value),
    said: { "aria-invalid": Boolean(words), ...(described ? { "aria-describedby": described } : {}) },
  };
}

// Whether something is wrong here or further inside.
export function useWrongWithin(path: Path): boolean {
  const { wrong } = useEditing();
  const place = placeOf(path);
  return [...wrong.keys()].some((other) => other === place || other.startsWith(`${place}.`) || other.startsWith(`${place}[`));
}

const namesOf = (path: Path) => path.filter((step): step is string => typeof step === "string");

export function labelOf(path: Path): string {
  const names = namesOf(path);
  const family = KEY_FAMILIES[names.at(-2) ?? ""];
  if (family) return keyWords(family, names.at(-1) ?? "");
  return known("setting", names.slice(-2).join(".")) || tWord("setting", names.at(-1) ?? "");
}

// A sentence below a field, where its label alone does not say enough; "" for none.
export function hintFor(path: Path): string {
  const names = namesOf(path);
  return known("hint", names.slice(-2).join(".")) || known("hint", names.at(-1) ?? "");
}

// "" where there is no such text.
function known(family: string, word: string): string {
  const found = tWord(family, word);
  return found === word.replace(/_/g, " ") ? "" : found;
}

const FAMILIES: Record<string, string> = {
  channel: "channel", channels: "channel", durable: "channel", quiet_channels: "channel", priority: "priority", action: "step",
  purpose: "text_purpose", routing: "routing", kind: "kind", by: "by",
};

// Of tables, where the names of entries are words that have texts.
const KEY_FAMILIES: Record<string, string> = { quiet_channels: "purpose", own_steps: "clock", prices: "channel", words: "language" };

const keyWords = (family: string, key: string) => (family === "language" ? languageName(key) : tWord(family, key));

// Of an entry of a table, with its name where that is another word.
export function entryWords(path: Path): string {
  const key = namesOf(path).at(-1) ?? "";
  const words = KEY_FAMILIES[namesOf(path).at(-2) ?? ""] ? labelOf(path) : key;
  return words === key ? key : `${words} (${key})`;
}

// Of a value that is one of several words of the API.
export function choiceWords(path: Path, word: string): string {
  const names = namesOf(path);
  const family = FAMILIES[names.at(-1) ?? ""] ?? FAMILIES[names.at(-2) ?? ""];
  return family ? tWord(family, word) : word;
}

export function valueWords(path: Path, value: Json | undefined): string {
  if (value === undefined || value === null || value === "") return t("set.nothing");
  if (typeof value === "boolean") return t(value ? "set.yes" : "set.no");
  if (typeof value === "string") return choiceWords(path, value);
  if (Array.isArray(value)) return value.length ? value.map((item) => valueWords(path, item)).join(", ") : t("set.nothing");
  return typeof value === "object" ? Object.entries(value).map(([name, one]) => `${labelOf([name])}: ${valueWords([...path, name], one)}`).join("; ") : String(value);
}
