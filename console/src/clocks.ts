// What a clock's explanation says, in numbers: how much counted time is left, and which stretch is running.

import type { ClockExplained, Stretch } from "./api/types.ts";

// Of a clock that runs: the counted seconds from `now` to its deadline; 0 when it has passed.
export function countedSecondsLeft(clock: Pick<ClockExplained, "stretches">, now: number): number {
  return Math.round(clock.stretches.reduce((sum, one) => sum + countedAfter(one, now), 0));
}

function countedAfter(stretch: Stretch, now: number): number {
  const start = Date.parse(stretch.start);
  const end = Date.parse(stretch.end);
  if (now >= end || end <= start) return 0;
  return stretch.counted_seconds * (now <= start ? 1 : (end - now) / (end - start));
}

export function isRunning(stretch: Stretch, now: number): boolean {
  return Date.parse(stretch.start) <= now && now < Date.parse(stretch.end);
}

// Where each stretch lies between start and deadline, 0 to 100. Closed nights would leave no room for the hours that
// count, so a stretch that does not count is shown as if it were an hour at most.
export function widths(stretches: readonly Stretch[]): number[] {
  const lengths = stretches.map((one) => {
    const seconds = (Date.parse(one.end) - Date.parse(one.start)) / 1000;
    return one.counted_seconds > 0 ? seconds : Math.min(seconds, 3600);
  });
  const all = lengths.reduce((sum, one) => sum + one, 0) || 1;
  return lengths.map((length) => (length / all) * 100);
}
