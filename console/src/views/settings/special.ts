// The places that have an editor of their own.

import type { ComponentType } from "preact";
import type { Path } from "../../settings/document.ts";
import { ClosedDays, Holidays, OpenDays, Week } from "./Hours.tsx";
import { Texts } from "./Texts.tsx";
import { Zone } from "./Zone.tsx";

export const SPECIAL: Record<string, ComponentType<{ path: Path }>> = {
  "calendars.zone": Zone,
  "calendars.week": Week,
  "calendars.closed": ClosedDays,
  "calendars.open": OpenDays,
  "calendars.holidays": Holidays,
  "templates.texts": Texts,
};
