// Whether one is there oneself: who is, is given cases and reminded.

import { useState } from "preact/hooks";
import type { Agent } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { usePolled } from "../hooks.ts";
import { t } from "../texts.ts";
import { troubleOf } from "../trouble.ts";

const EVERY = 60_000;

export function Presence() {
  const { hub, login, say, complain } = useConsole();
  const [me, setMe] = useState<Agent | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = usePolled(async (isCurrent) => {
    try {
      const found = (await hub.agents()).find((one) => one.subject === login.subject) ?? null;
      if (isCurrent()) setMe(found);
    } catch {
      // What was last known stays.
    }
  }, EVERY, login.subject);
  const here = me?.presence === "present";
  const change = async () => {
    setBusy(true);
    try {
      await hub.setPresence("me", here ? "absent" : "present");
      setMe(me && { ...me, presence: here ? "absent" : "present" });
      say(t(here ? "presence.is_away" : "presence.is_here"));
      ask();
    } catch (error) {
      complain(troubleOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" class={`presence${here ? " here" : ""}`} role="switch" aria-checked={here} aria-label={t("presence.label")} title={t(here ? "presence.is_here" : "presence.is_away")} disabled={busy} onClick={() => void change()}>
      <span aria-hidden="true">{t(here ? "presence.present" : "presence.absent")}</span>
    </button>
  );
}
