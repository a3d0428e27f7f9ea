// Hours of a day as the document has them, `08:00-16:00`, and what is wrong with several of them together.

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export interface Slot {
  opens: string;
  closes: string;
}

export function slotOf(text: string): Slot {
  const [opens = "", closes = ""] = text.split("-");
  return { opens, closes };
}

export function slotText({ opens, closes }: Slot): string {
  return `${opens}-${closes}`;
}

// The end of the day is written as 00:00.
const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export type HoursMistake = "wrong.slot_empty" | "wrong.slot_backwards" | "wrong.slots_overlap";

export function mistakeIn(slots: readonly string[]): HoursMistake | null {
  const found = slots.map(slotOf);
  if (found.some(({ opens, closes }) => !opens || !closes)) return "wrong.slot_empty";
  const spans = found.map(({ opens, closes }) => [minutes(opens), minutes(closes) || 1440] as const).sort((one, other) => one[0] - other[0]);
  if (spans.some(([from, to]) => to <= from)) return "wrong.slot_backwards";
  return spans.some(([from], at) => at > 0 && from < (spans[at - 1]?.[1] ?? 0)) ? "wrong.slots_overlap" : null;
}

// Minutes that a week's hours count.
export function weekMinutes(week: Readonly<Record<string, readonly string[]>>): number {
  return Object.values(week).flat().map(slotOf).reduce((sum, { opens, closes }) => sum + ((minutes(closes) || 1440) - minutes(opens)), 0);
}

// The next slot that one is likely to add behind these.
export function nextSlot(slots: readonly string[]): string {
  const last = slots.map(slotOf).map(({ closes }) => closes).sort().at(-1);
  if (!last) return "08:00-16:00";
  const from = Math.min(minutes(last) + 60, 22 * 60);
  const clock = (at: number) => `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  return `${clock(from)}-${clock(Math.min(from + 180, 1439))}`;
}
