// What saving would change, place by place, before anything is saved.

import { useEffect, useRef } from "preact/hooks";
import type { ConfigurationChange } from "../../api/types.ts";
import { isMembers, pathOf, type Json, type Merged, type Path } from "../../settings/document.ts";
import { t, tWord } from "../../texts.ts";
import { choiceWords, labelOf, valueWords } from "./editing.ts";

interface Shown {
  changes: ConfigurationChange[];
  more: boolean;
  clashes: Merged["clashes"];
  busy: boolean;
  save: () => void;
  back: () => void;
  settle: (place: string, value: Json | undefined) => void;
}

export function Review({ changes, more, clashes, busy, save, back, settle }: Shown) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section class="card review" aria-labelledby="review-title">
      <h3 id="review-title" ref={title} tabIndex={-1}>{t("review.title")}</h3>
      {clashes.length > 0 && (
        <div class="newer">
          <p>{t("review.clashes")}</p>
          <ul>
            {clashes.map((one) => (
              <li key={one.place}>
                <p><strong>{placeWords(one.place)}</strong></p>
                <p>{t("review.ours")}: <Shown path={pathOf(one.place)} value={one.ours} /></p>
                <p>{t("review.theirs")}: <Shown path={pathOf(one.place)} value={one.theirs} /></p>
                <p class="buttons">
                  <button type="button" onClick={() => settle(one.place, one.theirs)}>{t("review.take_theirs")}</button>
                  <button type="button" onClick={() => settle(one.place, one.ours)}>{t("review.keep_ours")}</button>
                </p>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Changes changes={changes} more={more} />
      <p class="quiet">{t("review.what")}</p>
      <p class="buttons">
        <button type="button" onClick={back}>{t("review.back")}</button>
        <button type="button" class="main" disabled={busy || !changes.length || clashes.length > 0} onClick={save}>{t("review.save")}</button>
      </p>
    </section>
  );
}

export function Changes({ changes, more }: { changes: ConfigurationChange[]; more: boolean }) {
  if (!changes.length) return <p>{t("review.nothing")}</p>;
  return (
    <>
      <ul class="changes">
        {changes.map((one) => (
          <li key={one.place}>
            <p><strong>{placeWords(one.place)}</strong></p>
            <dl>
              <div class="before"><dt>{t("review.before")}</dt><dd><Shown path={pathOf(one.place)} value={one.before} /></dd></div>
              <div class="after"><dt>{t("review.after")}</dt><dd><Shown path={pathOf(one.place)} value={one.after} /></dd></div>
            </dl>
          </li>
        ))}
      </ul>
      {more && <p class="warning">{t("review.more")}</p>}
    </>
  );
}

// `teams[care].policy` as people name it: Teams › care › Policy.
export function placeWords(place: string): string {
  const isOrder = place.endsWith(" (order)");
  const path = pathOf(place.replace(/ \(order\)$/, ""));
  const names = [...place.matchAll(/\[[^\]]*\]/g)].map((found) => found[0].slice(1, -1));
  const words = path.map((step, at) => {
    if (typeof step === "number" || names.includes(step)) return String(step);
    const known = at === 0 ? tWord("section", step) : "";
    return at === 0 && known !== step.replace(/_/g, " ") ? known : labelOf(path.slice(0, at + 1).filter((one) => typeof one === "string" && !names.includes(one)));
  });
  return [...words, ...(isOrder ? [t("review.order")] : [])].join(" › ");
}

// A value for people to read: texts with their lines, lists, and what an object says member by member.
function Shown({ path, value }: { path: Path; value: Json | undefined }) {
  if (typeof value === "string" && value.includes("\n")) return <span class="text">{value}</span>;
  if (isMembers(value)) {
    return (
      <ul class="shown">
        {Object.entries(value).map(([name, one]) => <li key={name}><span class="quiet">{labelOf([...path, name])}:</span> <Shown path={[...path, name]} value={one} /></li>)}
      </ul>
    );
  }
  if (Array.isArray(value) && value.some(isMembers)) {
    return <ol class="shown">{value.map((one, at) => <li key={at}><Shown path={path} value={one} /></li>)}</ol>;
  }
  return <bdi>{typeof value === "string" && value ? choiceWords(path, value) : valueWords(path, value)}</bdi>;
}
