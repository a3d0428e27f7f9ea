// Which language is spoken, and how a text with values in it reads: for the console and for the form.

export type Values = Record<string, string | number>;
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>>;
export type Texts = Record<string, string | Forms>;

export const DEFAULT = "en";

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
