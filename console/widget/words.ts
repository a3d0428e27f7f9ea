// The form's texts in the language of the page that it stands in.

import languages from "form-languages";
import { chooseLanguage, fill, type Texts, type Values } from "../src/filling.ts";
import type english from "./texts/en.json";

export type Word = keyof typeof english;
export type Say = (word: Word, values?: Values) => string;

const known = languages as unknown as Record<string, Texts>;

export function languageFor(wanted: readonly string[]): string {
  return chooseLanguage(wanted, Object.keys(known));
}

export function sayIn(language: string): Say {
  return (word, values = {}) => fill(known[language]?.[word] ?? word, values, language);
}
