// The configuration as forms: sections, an edit that is kept until it is saved, a look at what it would change.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Refused } from "../../api/client.ts";
import type { ConfigurationChange, SavedConfiguration } from "../../api/types.ts";
import { useConsole } from "../../console.ts";
import { hashOf, type Route } from "../../route.ts";
import { mistakesIn } from "../../settings/check.ts";
import { countChanges, knownPart, mergeEdits, placeOf, withValue, type Json, type Merged } from "../../settings/document.ts";
import { keepEdit, readEdit, type Edit } from "../../settings/kept.ts";
import { renamed } from "../../settings/references.ts";
import { documentShape, type Shape } from "../../settings/schema.ts";
import { t, tWord } from "../../texts.ts";
import { plainly, troubleOf, type Trouble } from "../../trouble.ts";
import { EditingContext, idOf, type Editing } from "./editing.ts";
import { People } from "./People.tsx";
import { Review } from "./Review.tsx";
import { Section } from "./Section.tsx";
import { Versions } from "./Versions.tsx";
import { TroubleNote } from "../TroubleNote.tsx";

const OWN = ["teams", "inboxes", "calendars", "policies", "policy_rules", "routing_rules", "kinds", "templates"];
const SECTIONS = ["people", ...OWN, "other", "versions"];

interface Loaded {
  shape: Shape & { kind: "members" };
  edit: Edit;
}

export function Settings({ route, now }: { route: Route; now: number }) {
  const { hub, login, say } = useConsole();
  const readOnly = !login.roles.includes("admin");
  const section = SECTIONS.includes(route.reference ?? "") ? (route.reference ?? "") : "people";
  const sections = useRef<HTMLElement>(null);
  const leadTo = useRef<{ section: string; path: (string | number)[] } | null>(null);
  // On a phone they are a row that is longer than the screen.
  useEffect(() => sections.current?.querySelector("a[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [section]);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [wrong, setWrong] = useState<ReadonlyMap<string, string>>(new Map());
  const [changes, setChanges] = useState<{ list: ConfigurationChange[]; more: boolean } | null>(null);
  const [clashes, setClashes] = useState<Merged["clashes"]>([]);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [news, setNews] = useState("");
  const [busy, setBusy] = useState(false);

  const setEdit = (edit: Edit) => setLoaded((before) => before && { ...before, edit });
  // What was not saved is laid over what holds by now.
  const begin = (saved: SavedConfiguration, kept: Edit | null) => {
    const found = kept ? mergeEdits(kept.base, kept.document, saved.document) : { document: saved.document, clashes: [] };
    setClashes(found.clashes);
    return { version: saved.version, base: saved.document, document: found.document };
  };
  useEffect(() => {
    let left = false;
    Promise.all([hub.configuration(), hub.configurationSchema()]).then(([saved, schema]) => {
      if (left) return;
      const kept = readOnly ? null : readEdit(localStorage);
      if (kept) setNews(t(kept.version === saved.version ? "set.resumed" : "set.resumed_newer"));
      setLoaded({ shape: documentShape(schema), edit: begin(saved, kept) });
    }).catch((error: unknown) => { if (!left) setTrouble(troubleOf(error)); });
    return () => { left = true; };
  }, [hub]);

  const edit = loaded?.edit;
  const count = edit ? countChanges(edit.base, edit.document) : 0;
  useEffect(() => {
    if (edit && !readOnly) keepEdit(localStorage, count ? edit : null);
  }, [edit, count]);

  const editing: Editing | null = useMemo(() => loaded && {
    document: loaded.edit.document,
    base: loaded.edit.base,
    shape: loaded.shape,
    wrong,
    readOnly,
    change: (path, value) => {
      setWrong((before) => (before.has(placeOf(path)) ? new Map([...before].filter(([place]) => place !== placeOf(path))) : before));
      setLoaded((before) => before && { ...before, edit: { ...before.edit, document: withValue(before.edit.document, path, value) } });
    },
    rename: (of, at, name) => setLoaded((before) => before && { ...before, edit: { ...before.edit, document: renamed(before.edit.document, of, at, name) } }),
  }, [loaded, wrong, readOnly]);

  // To the first of the places, in whatever section it is.
  const lead = (found: ReadonlyMap<string, string>) => {
    setWrong(found);
    setChanges(null);
    const [place] = found.keys();
    const path = knownPart(edit?.document ?? null, place ?? "");
    const of = String(path[0] ?? "");
    const section = OWN.includes(of) ? of : "other";
    leadTo.current = { section, path };
    location.hash = hashOf({ ...route, reference: section });
  };
  // When the page shows that section, which it may have done before.
  useEffect(() => {
    const wanted = leadTo.current;
    if (!wanted || wanted.section !== section || changes) return;
    leadTo.current = null;
    const found = [...wanted.path.keys()].reverse().map((length) => document.getElementById(idOf(wanted.path.slice(0, length + 1))));
    const at = found.find(Boolean);
    at?.closest("details:not([open])")?.setAttribute("open", "");
    at?.scrollIntoView({ block: "center" });
    (at?.matches("input, select, textarea") ? at : at?.querySelector<HTMLElement>("[aria-invalid=true]") ?? at)?.focus();
  });
  const refuse = (error: unknown) => {
    const field = error instanceof Refused && error.problem.code === "invalid_input" ? error.problem.field : null;
    if (!(error instanceof Refused) || !field || !edit || !knownPart(edit.document, field).length) return setTrouble(troubleOf(error));
    const words = error.problem.detail.replace(/^Configuration: [^:]*(?:\[[^\]]*\][^:]*)?: /, "");
    setTrouble(plainly(t("set.refused")));
    lead(new Map([[placeOf(knownPart(edit.document, field)), t("wrong.hub", { said: words })]]));
  };
  const review = async () => {
    if (!loaded || !edit || busy) return;
    setTrouble(null);
    const mistakes = mistakesIn(loaded.shape, edit.document);
    if (mistakes.length) {
      setTrouble(plainly(t("set.mistakes", { n: mistakes.length })));
      return lead(new Map(mistakes.map((one) => [one.place, t(one.key, one.values)])));
    }
    setWrong(new Map());
    setBusy(true);
    try {
      const found = await hub.reviewConfiguration(edit.document);
      if (found.version !== edit.version) await catchUp(edit);
      setChanges({ list: found.changes, more: found.more });
    } catch (error) {
      refuse(error);
    } finally {
      setBusy(false);
    }
  };
  const catchUp = async (mine: Edit) => {
    const saved = await hub.configuration();
    const merged = begin(saved, mine);
    setEdit(merged);
    setNews(t("set.newer"));
    const found = await hub.reviewConfiguration(merged.document);
    setChanges({ list: found.changes, more: found.more });
  };
  const save = async () => {
    if (!edit || busy) return;
    setBusy(true);
    setTrouble(null);
    try {
      await hub.saveConfiguration(edit.document, edit.version);
      await afresh(t("set.saved"));
    } catch (error) {
      if (error instanceof Refused && error.problem.code === "conflict") await catchUp(edit).catch(refuse);
      else refuse(error);
    } finally {
      setBusy(false);
    }
  };
  // As it is saved now, without an edit.
  const afresh = async (words: string) => {
    setEdit(begin(await hub.configuration(), null));
    setChanges(null);
    setNews("");
    setWrong(new Map());
    say(words);
  };
  const settle = (place: string, value: Json | undefined) => {
    if (!edit) return;
    setEdit({ ...edit, document: withValue(edit.document, knownNamed(edit.document, place), value) });
    setClashes(clashes.filter((one) => one.place !== place));
    setChanges(null);
  };
  return (
    <section class="settings" aria-labelledby="settings-title">
      <header>
        <h2 id="settings-title">{t("view.settings")}</h2>
        {readOnly && <p class="quiet">{t("set.read_only")}</p>}
        {count > 0 && !readOnly && (
          <p class="edit-bar">
            <span role="status">{t("set.changes", { n: count })}</span>
            <button type="button" onClick={() => { if (edit) setEdit({ ...edit, document: edit.base }); setChanges(null); setClashes([]); setWrong(new Map()); setTrouble(null); setNews(""); }}>{t("set.discard")}</button>
            <button type="button" class="main" disabled={busy} onClick={() => void review()}>{t("set.review")}</button>
          </p>
        )}
      </header>
      {news && <p class="warning" role="status">{news}</p>}
      {trouble && <TroubleNote trouble={trouble} />}
      {!loaded && !trouble && <p class="quiet" role="status">{t("loading")}</p>}
      <div class="settings-body">
        <nav ref={sections} aria-label={t("set.sections")}>
          {SECTIONS.map((one) => (
            <a key={one} href={hashOf({ ...route, reference: one })} aria-current={one === section ? "page" : undefined} onClick={() => setChanges(null)}>{tWord("section", one)}</a>
          ))}
        </nav>
        <div class="settings-main">
          {section === "people" && <People now={now} document={edit?.document ?? null} />}
          {editing && edit && (
            <EditingContext.Provider value={editing}>
              {changes && (
                <Review changes={changes.list} more={changes.more} clashes={clashes} busy={busy} save={() => void save()} back={() => setChanges(null)} settle={settle} />
              )}
              {!changes && section === "versions" && <Versions current={edit.version} edited={count > 0} now={now} readOnly={readOnly} restored={() => afresh(t("set.restored"))} />}
              {!changes && section !== "versions" && section !== "people" && <Section key={`${section}/${edit.version}`} section={section} own={OWN} />}
            </EditingContext.Provider>
          )}
        </div>
      </div>
    </section>
  );
}

// Of a place that goes by names, such as `teams[care].policy`.
function knownNamed(document: Json, place: string): (string | number)[] {
  const path: (string | number)[] = [];
  let found: Json | undefined = document;
  for (const [, name, member] of place.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)) {
    if (Array.isArray(found)) {
      const at: number = found.findIndex((item) => typeof item === "object" && item !== null && !Array.isArray(item) && item["name"] === name);
      path.push(at < 0 ? found.length : at);
      found = found[at];
    } else {
      path.push(member ?? name ?? "");
      found = typeof found === "object" && found !== null ? found[member ?? name ?? ""] : undefined;
    }
  }
  return path;
}
