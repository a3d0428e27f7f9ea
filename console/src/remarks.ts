// What the hub remarks on, in the reader's language where its code is known here; else its own words, which are English.

import type { Remark } from "./api/types.ts";
import type { Values } from "./filling.ts";

export interface Told {
  words: string;
  // Of the words, where it is not the reader's.
  lang: "en" | undefined;
}

// `textFor`: the text of a code, null where there is none. `valueOf`: a value as it is shown, such as an agent's name.
export function toldIn(remark: Remark, textFor: (code: string, values: Values) => string | null, valueOf = (_name: string, value: string) => value): Told {
  const values = Object.fromEntries(Object.entries(remark.values).map(([name, value]) => [name, valueOf(name, value)]));
  const words = remark.code ? textFor(remark.code, values) : null;
  return words === null ? { words: remark.text, lang: "en" } : { words, lang: undefined };
}
