// Tags as people type them: several with commas between, words of one with a gap.

export function tagsIn(typed: string): string[] {
  const tags = typed.normalize("NFC").split(",").map((one) => one.trim().toLowerCase().replace(/\s+/g, "-"));
  return [...new Set(tags.filter(Boolean))];
}
