// What went wrong, in the console's own words: by the code that the API gives, with the field named as the console names
// it. The API's own words, which are English, stand behind it.

import { Refused } from "./api/client.ts";
import { t, textOf, tWord } from "./texts.ts";

export interface Trouble {
  words: string;
  // "" for none.
  details: string;
}

export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Refused)) return plainly(t("problem.unexpected"));
  const { code, detail, field } = error.problem;
  const words = textOf("problem", code) ?? t("problem.unexpected");
  const name = field ? fieldWords(field) : null;
  const details = [field && !name ? field : "", detail].filter(Boolean).join(": ");
  return { words: name ? t("problem.at", { what: words, field: name }) : words, details };
}

export function plainly(words: string): Trouble {
  return { words, details: "" };
}

// `wordings.pl.text`, `contact_points.0.value`, `inboxes[1]`: the innermost that has a name here.
export function fieldWords(field: string): string | null {
  const named = field.split(/[.[\]]+/).reverse().find((step) => textOf("field", step) !== null);
  return named ? tWord("field", named) : null;
}
