// One section of the document, or everything that has no section of its own.

import { t, tWord } from "../../texts.ts";
import { hintFor, useEditing } from "./editing.ts";
import { Field, Untouched } from "./Field.tsx";
import { Items } from "./Items.tsx";
import { isMembers } from "../../settings/document.ts";

export function Section({ section, own }: { section: string; own: readonly string[] }) {
  const { shape, document, readOnly } = useEditing();
  if (shape.kind !== "members") return null;
  const inner = shape.members[section];
  const others = Object.entries(shape.members).filter(([name]) => !own.includes(name));
  const strangers = isMembers(document) ? Object.keys(document).filter((name) => !shape.members[name]) : [];
  const hint = section === "other" ? "" : hintFor([section]);
  return (
    <section aria-labelledby="section-title">
      <h3 id="section-title">{tWord("section", section)}</h3>
      {hint && <p class="quiet">{hint}</p>}
      <fieldset class="plain" disabled={readOnly}>
        <legend class="hidden">{tWord("section", section)}</legend>
        {section !== "other" && inner?.kind === "list" && <Items shape={inner} path={[section]} />}
        {section === "other" && (
          <div class="card members">
            {others.map(([name, member]) => <Field key={name} shape={member} path={[name]} required={shape.required.includes(name)} />)}
            {strangers.map((name) => <Untouched key={name} path={[name]} />)}
            {!others.length && <p class="quiet">{t("set.no_items")}</p>}
          </div>
        )}
      </fieldset>
    </section>
  );
}
