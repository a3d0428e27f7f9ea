// Texts by the browser's language. A language is a file of `texts/`; English is the one that says which texts there are.

import languages from "languages";
import type english from "../texts/en.json";
import { chooseLanguage, DEFAULT, fill, type Texts, type Values } from "./filling.ts";

export { chooseLanguage, fill, type Forms, type Texts, type Values } from "./filling.ts";

export type Key = keyof typeof english;
const known = languages as unknown as Record<string, Texts>;
const wanted = globalThis.navigator?.languages ?? [];
export const language = chooseLanguage(wanted, Object.keys(known));
// With the region, where the browser names one: it decides how times and dates are written.
export const locale = wanted.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;

export function t(key: Key, values: Values = {}): string {
  return fill(known[language]?.[key] ?? known[DEFAULT]?.[key] ?? key, values, language);
}

// Of a word that the API uses, such as a channel's; null where there is no text for it.
export function textOf(family: string, word: string, values: Values = {}): string | null {
  const text = known[language]?.[`${family}.${word}`];
  return text === undefined ? null : fill(text, values, language);
}

// The same; the word itself where there is no text for it.
export function tWord(family: string, word: string): string {
  return textOf(family, word) ?? word.replace(/_/g, " ");
}

// Of a code as `pl`, in the reader's language.
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
