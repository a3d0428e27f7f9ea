// The incident that a case belongs to, and how it comes to belong to one.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Case, Incident } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useDeed } from "../deed.ts";
import { hashOf } from "../route.ts";
import { t } from "../texts.ts";
import { plainly, troubleOf } from "../trouble.ts";
import { Icon } from "./Icon.tsx";

const hrefOf = (incident: string) => hashOf({ view: "many", team: "", reference: incident });

export function CaseIncident({ one, changed }: { one: Case; changed: () => void }) {
  const { hub, say } = useConsole();
  const { act } = useDeed(changed);
  const [found, setFound] = useState<Incident | null>(null);
  const id = one.incident ?? "";
  useEffect(() => {
    let left = false;
    setFound(null);
    if (id) hub.incident(id).then((incident) => { if (!left) setFound(incident); }, () => {}); // its page tells why
    return () => { left = true; };
  }, [hub, id]);
  if (!id) return null;
  const takeOut = () => act(async () => {
    await hub.unlinkCase(id, one.reference);
    say(t("incident.taken_out"));
  });
  return (
    <p class="of-incident">
      <Icon name="warning" /> {t("incident.belongs")} <a href={hrefOf(id)}><bdi>{found?.title ?? id}</bdi></a>{" "}
      {found?.status === "open" && <button type="button" class="plain" onClick={() => void takeOut()}>{t("incident.take_out")}</button>}
    </p>
  );
}

interface Shown {
  one: Case;
  heading: ComponentChildren;
  back: () => void;
  done: () => void;
}

// Within a dialog: which of the incidents that last.
export function LinkIncident({ one, heading, back, done }: Shown) {
  const { hub, say, complain } = useConsole();
  const { busy, act } = useDeed(done);
  const [lasting, setLasting] = useState<Incident[] | null>(null);
  const [id, setId] = useState("");
  useEffect(() => {
    hub.incidents().then((found) => setLasting(found.filter((each) => each.status === "open")), (error) => complain(troubleOf(error)));
  }, [hub]);
  const link = () => act(async () => {
    const { linked } = await hub.linkCases(id, [one.reference]);
    if (linked.length) say(t("incident.were_linked", { n: 1 }));
    else complain(plainly(t("incident.not_linked")));
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); void link(); }}>
      {heading}
      <p>{t("incident.link_what")}</p>
      {lasting && !lasting.length && <p class="quiet">{t("incident.none_lasts")} <a href={hashOf({ view: "many", team: "", reference: null })}>{t("incident.new")}</a></p>}
      {lasting && lasting.length > 0 && (
        <label>{t("incident.which")}
          <select required value={id} onChange={(event) => setId(event.currentTarget.value)}>
            <option value="">{t("set.choose")}</option>
            {lasting.map((each) => <option key={each.id} value={each.id}>{each.title}</option>)}
          </select>
        </label>
      )}
      <p class="buttons">
        <button type="button" onClick={back}>{t("more.back")}</button>
        <button type="submit" class="main" disabled={busy || !id}>{t("incident.link_one")}</button>
      </p>
    </form>
  );
}
