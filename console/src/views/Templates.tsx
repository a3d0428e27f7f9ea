// Canned answers, filled in with the case's values before anybody sends them.

import { useEffect, useState } from "preact/hooks";
import type { Customer, FilledTemplate, Template } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { language, t } from "../texts.ts";
import { troubleOf } from "../trouble.ts";

interface Shown {
  reference: string;
  customer: Customer | null;
  fill: (found: FilledTemplate) => void;
}

export function Templates({ reference, customer, fill }: Shown) {
  const { hub, say, complain } = useConsole();
  const [known, setKnown] = useState<Template[]>([]);
  useEffect(() => {
    let left = false;
    hub.templates().then((found) => { if (!left) setKnown(found); }, () => {});
    return () => { left = true; };
  }, []);
  if (!known.length) return null;
  const theirs = customer?.language ?? language;
  const sorted = [...known].sort((one, other) => Number(other.language === theirs) - Number(one.language === theirs) || one.name.localeCompare(other.name));
  const choose = async (value: string) => {
    const found = sorted[Number(value)];
    if (!found) return;
    try {
      const filled = await hub.filledTemplate(reference, found.name, found.language);
      fill(filled);
      if (filled.missing.length) say(t("template.missing", { names: filled.missing.join(", ") }));
    } catch (error) {
      complain(troubleOf(error));
    }
  };
  return (
    <label class="inline"><span class="hidden">{t("template.label")}</span>
      <select value="" onChange={(event) => { void choose(event.currentTarget.value); event.currentTarget.value = ""; }}>
        <option value="">{t("template.choose")}</option>
        {sorted.map((one, at) => <option key={`${one.name}/${one.language}`} value={String(at)}>{one.name} ({one.language})</option>)}
      </select>
    </label>
  );
}
