// Every version that was saved: by whom, how it differs from what holds, and a way back to it.

import { useEffect, useState } from "preact/hooks";
import type { ConfigurationChange, ConfigurationVersion } from "../../api/types.ts";
import { useConsole } from "../../console.ts";
import { useDeed } from "../../deed.ts";
import { t } from "../../texts.ts";
import { momentWords } from "../../times.ts";
import { Changes } from "./Review.tsx";

interface Shown {
  current: string;
  // There is an edit that going back would stand beside.
  edited: boolean;
  now: number;
  readOnly: boolean;
  restored: () => Promise<void>;
}

export function Versions({ current, edited, now, readOnly, restored }: Shown) {
  const { hub, nameOf } = useConsole();
  const [versions, setVersions] = useState<ConfigurationVersion[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [looked, setLooked] = useState<{ version: string; list: ConfigurationChange[]; more: boolean } | null>(null);
  const { busy, act } = useDeed();
  const load = (before: string | null) => act(async () => {
    const page = await hub.configurationVersions(before);
    setVersions((known) => (before ? [...known, ...page.items] : page.items));
    setNext(page.next);
  });
  useEffect(() => { void load(null); }, [current]);
  const look = (version: string) => act(async () => {
    const found = await hub.reviewConfiguration((await hub.configuration(version)).document);
    setLooked({ version, list: found.changes, more: found.more });
  });
  const goBack = (version: string) => act(async () => {
    await hub.restoreConfiguration(version, current);
    setLooked(null);
    await restored();
  });
  return (
    <section aria-labelledby="section-title">
      <h3 id="section-title">{t("versions.title")}</h3>
      <ol class="versions">
        {versions.map((one) => (
          <li key={one.version} class="card">
            <p>
              <strong>{t("versions.version", { n: Number(one.version) })}</strong> {one.version === current && <span class="tag good">{t("versions.current")}</span>}{" "}
              <span class="quiet">{momentWords(one.saved_at, now)} · {one.saved_by ? nameOf(one.saved_by) : t("versions.operator")}</span>
            </p>
            {one.version !== current && looked?.version !== one.version && (
              <p><button type="button" disabled={busy} onClick={() => void look(one.version)}>{t("versions.look")}<span class="hidden"> ({t("versions.version", { n: Number(one.version) })})</span></button></p>
            )}
            {looked?.version === one.version && (
              <div class="review">
                <p>{t("versions.would")}</p>
                <Changes changes={looked.list} more={looked.more} />
                {edited && <p class="warning">{t("versions.edited")}</p>}
                <p class="buttons">
                  <button type="button" onClick={() => setLooked(null)}>{t("cancel")}</button>
                  {!readOnly && <button type="button" class="main" disabled={busy || edited || !looked.list.length} onClick={() => void goBack(one.version)}>{t("versions.go_back")}</button>}
                </p>
              </div>
            )}
          </li>
        ))}
      </ol>
      {next && <button type="button" class="more" disabled={busy} onClick={() => void load(next)}>{t("versions.more")}</button>}
    </section>
  );
}
