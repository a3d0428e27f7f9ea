// A list of objects: each behind its name in a section, or as a block inside of something else.

import { useState } from "preact/hooks";
import { isMembers, valueAt, type Json, type Path } from "../../settings/document.ts";
import { NAMED_FOR_GOOD, namesIn } from "../../settings/references.ts";
import { blankOf, membersOf, type Shape } from "../../settings/schema.ts";
import { t } from "../../texts.ts";
import { idOf, labelOf, useEditing, useField, useWrongWithin, valueWords } from "./editing.ts";
import { Labelled } from "./Field.tsx";
import { Members } from "./Members.tsx";

// The first that fits decides.
const ORDERED = ["policy_rules", "routing_rules"];

export function Items({ shape, path }: { shape: Shape & { kind: "list" }; path: Path }) {
  const { document, change, readOnly } = useEditing();
  const [added, setAdded] = useState(-1);
  const value = valueAt(document, path);
  const items = Array.isArray(value) ? value : [];
  const isSection = path.length === 1;
  const set = (now: Json[]) => change(path, now.length || shape.usual === undefined ? now : undefined);
  const add = (item: Json) => {
    set([...items, item]);
    setAdded(items.length);
    requestAnimationFrame(() => document_(idOf([...path, items.length])));
  };
  const blank = blankOf(shape.item);
  return (
    <div class={isSection ? "items" : "items inner"}>
      {!items.length && <p class="quiet">{t("set.no_items")}</p>}
      {items.map((item, at) => {
        const own = [...path, at];
        const deeds = !readOnly && (
          <p class="deeds">
            {ORDERED.includes(String(path[0])) && <>
              <button type="button" disabled={at === 0} aria-label={t("set.up", { what: summaryOf(own, item) })} onClick={() => set(moved(items, at, -1))}>↑</button>
              <button type="button" disabled={at === items.length - 1} aria-label={t("set.down", { what: summaryOf(own, item) })} onClick={() => set(moved(items, at, 1))}>↓</button>
            </>}
            {isSection && <button type="button" onClick={() => add(copied(item, namesIn(document, String(path[0]))))}>{t("set.copy")}</button>}
            <button type="button" aria-label={t("set.remove_what", { what: summaryOf(own, item) })} onClick={() => set(items.filter((_, other) => other !== at))}>{t("set.remove")}</button>
          </p>
        );
        const inside = membersOf(shape.item, item);
        return <Item key={at} path={own} item={item} open={at === added} isSection={isSection}>
          {inside && isSection && <Name section={String(path[0])} at={at} shape={inside} />}
          {inside && <Members shape={inside} path={own} without={isSection ? ["name"] : []} />}
          {deeds}
        </Item>;
      })}
      {!readOnly && (shape.most === null || items.length < shape.most) && (
        <p><button type="button" onClick={() => add(blank ?? null)}>{t("set.add")}</button></p>
      )}
    </div>
  );
}

function document_(id: string): void {
  const found = document.getElementById(id);
  (found?.querySelector<HTMLElement>("input, select, textarea") ?? found)?.focus();
}

function Item({ path, item, open, isSection, children }: { path: Path; item: Json; open: boolean; isSection: boolean; children: preact.ComponentChildren }) {
  const wrong = useWrongWithin(path);
  const words = summaryOf(path, item);
  if (!isSection) return <div class="item inner" id={idOf(path)} role="group" aria-label={words}>{children}</div>;
  return (
    <details class="item card" id={idOf(path)} {...(open || wrong ? { open: true } : {})}>
      <summary><strong>{words}</strong> {wrong && <span class="tag urgent">{t("set.look_here")}</span>} <span class="quiet">{moreOf(path, item)}</span></summary>
      {children}
    </details>
  );
}

// Written when one leaves the field: whoever is named elsewhere is named there anew, once.
function Name({ section, at, shape }: { section: string; at: number; shape: Shape & { kind: "members" } }) {
  const { rename, base } = useEditing();
  const path = [section, at, "name"];
  const { id, value, said } = useField(path);
  if (!shape.members["name"]) return null;
  const fixed = NAMED_FOR_GOOD.includes(section) && namesIn(base, section).includes(String(value));
  return (
    <Labelled path={path}>
      <input
        id={id} {...said} value={typeof value === "string" ? value : ""} autoComplete="off" spellcheck={false} aria-required disabled={fixed}
        onChange={(event) => rename(section, at, event.currentTarget.value.trim())}
      />
      {fixed && <p class="hint">{t("set.named_for_good")}</p>}
    </Labelled>
  );
}

export function summaryOf(path: Path, item: Json): string {
  if (!isMembers(item)) return valueWords(path, item);
  if (typeof item["name"] === "string") return item["name"] || t("set.new");
  const words = Object.entries(item).filter(([, value]) => typeof value !== "object" && value !== "").slice(0, 3).map(([name, value]) => valueWords([...path, name], value));
  return words.join(" · ") || t("set.new");
}

const TOLD: Record<string, string[]> = {
  teams: ["calendar", "policy"], inboxes: ["channel", "address", "team"], calendars: ["zone"], policies: ["first_response_minutes", "next_response_minutes"], templates: ["purpose"], kinds: ["restricted"],
};

function moreOf(path: Path, item: Json): string {
  if (!isMembers(item)) return "";
  const told = (TOLD[String(path[0])] ?? []).filter((name) => item[name] !== undefined && item[name] !== "");
  return told.map((name) => (["channel", "address", "zone", "purpose"].includes(name) ? valueWords([...path, name], item[name]) : `${labelOf([...path, name])}: ${valueWords([...path, name], item[name])}`)).join(" · ");
}

function moved(items: readonly Json[], at: number, by: number): Json[] {
  const now = [...items];
  const [item] = now.splice(at, 1);
  now.splice(at + by, 0, item ?? null);
  return now;
}

function copied(item: Json, names: readonly string[]): Json {
  if (!isMembers(item) || typeof item["name"] !== "string") return item;
  let name = `${item["name"].slice(0, 36)}-2`;
  for (let n = 3; names.includes(name); n++) name = `${item["name"].slice(0, 36)}-${n}`;
  return { ...item, name };
}

