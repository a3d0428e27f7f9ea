// Texts by the browser's language. A language is a file of `texts/`; English is the one that says which texts there are.

import languages from "languages";
import type english from "../texts/en.json";

export type Key = keyof typeof english;
export type Values = Record<string, string | number>;
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>>;
export type Texts = Record<string, string | Forms>;

const DEFAULT = "en";

export function chooseLanguage(wanted: readonly string[], known: readonly string[]): string {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    if (known.includes(language)) return language;
  }
  return DEFAULT;
}

// `n` among the values chooses the form of the plural, and is written as the language writes numbers.
export function fill(text: string | Forms, values: Values, language: string): string {
  const n = Number(values["n"] ?? 0);
  const form = typeof text === "string" ? text : (text[new Intl.PluralRules(language).select(n)] ?? text.other ?? "");
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : (value ?? whole);
  });
}

const known = languages as unknown as Record<string, Texts>;
const wanted = globalThis.navigator?.languages ?? [];
export const language = chooseLanguage(wanted, Object.keys(known));
// With the region, where the browser names one: it decides how times and dates are written.
export const locale = wanted.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;

export function t(key: Key, values: Values = {}): string {
  return fill(known[language]?.[key] ?? known[DEFAULT]?.[key] ?? key, values, language);
}

// Of a word that the API uses, such as a channel's; the word itself where there is no text for it.
export function tWord(family: string, word: string): string {
  const text = known[language]?.[`${family}.${word}`];
  return text === undefined ? word.replace(/_/g, " ") : fill(text, {}, language);
}
