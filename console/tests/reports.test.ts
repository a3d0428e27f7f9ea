import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byFigure, byPart, casesBehind, daysOf, highest, isEmpty, ofAllParts, sharesOf, spanOf, stacked, ticks, totalOf, type Report,
} from "../src/reports.ts";

const VOLUMES: Report = {
  report: "volumes", zone: "Europe/Warsaw", currency: null, by: "channel",
  rows: [
    { period: "2026-11-22", by: "email", figures: { received: 2, sent: 1 } },
    { period: "2026-11-22", by: "sms", figures: { received: 0, sent: 4 } },
    { period: "2026-11-23", by: "email", figures: { received: 3, sent: 0 } },
    { period: "2026-11-23", by: "sms", figures: { received: 1, sent: 0 } },
    { period: "2026-11-22", by: "fax", figures: { received: 0, sent: 0 } },
  ],
};

test("the last days are told up to and with today, long ones in weeks and months", () => {
  const now = new Date(2026, 10, 23, 23, 30).getTime();
  assert.deepEqual(spanOf("7", now), { since: "2026-11-17", until: "2026-11-24", group: "day" });
  assert.equal(spanOf("84", now).group, "week");
  assert.deepEqual(spanOf("365", now), { since: "2025-11-24", until: "2026-11-24", group: "month" });
});

test("a figure is told for each part of which there was any", () => {
  const charted = byPart(VOLUMES, "received");
  assert.deepEqual(charted, {
    periods: ["2026-11-22", "2026-11-23"], series: [{ name: "email", values: [2, 3] }, { name: "sms", values: [0, 1] }],
  });
  assert.equal(totalOf(charted.series[0] ?? { name: "", values: [] }), 5);
});

test("figures of one part are told beside each other, and what is not there is no zero", () => {
  const times: Report = {
    ...VOLUMES,
    rows: [
      { period: "2026-11-22", by: "resolution", figures: { wall_p50: null, wall_p90: null } },
      { period: "2026-11-23", by: "resolution", figures: { wall_p50: 60, wall_p90: 90 } },
    ],
  };
  assert.deepEqual(byFigure(times, ["wall_p50"], "resolution").series, [{ name: "wall_p50", values: [null, 60] }]);
  assert.ok(isEmpty(byFigure(times, ["wall_p50"], "first_response")));
});

test("bars stand on each other", () => {
  const charted = byPart(VOLUMES, "received");
  assert.deepEqual(stacked(charted).map((series) => series.map(({ from, to }) => [from, to])), [[[0, 2], [0, 3]], [[2, 2], [3, 4]]]);
  assert.equal(highest(charted, true), 4);
  assert.equal(highest(charted, false), 3);
});

test("an axis has a few round steps and reaches as high as what it measures", () => {
  assert.deepEqual(ticks(7), [0, 2, 4, 6, 8]);
  assert.deepEqual(ticks(0.3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(ticks(5_000, "time"), [0, 1_800, 3_600, 5_400]);
  assert.deepEqual(ticks(0), [0, 1]);
  for (const high of [1, 9, 37, 1_234, 86_400, 9_000_000]) {
    for (const unit of ["number", "time"] as const) {
      const steps = ticks(high, unit);
      assert.ok((steps.at(-1) ?? 0) >= high && steps.length <= 22, `${high} ${unit}: ${steps}`);
    }
  }
});

test("deadlines of all clocks are told together, and the share that was met of each", () => {
  const deadlines: Report = {
    ...VOLUMES,
    rows: [
      { period: "2026-11-22", by: "first_response", figures: { met: 3, missed: 1 } },
      { period: "2026-11-22", by: "resolution", figures: { met: 0, missed: 2 } },
      { period: "2026-11-23", by: "first_response", figures: { met: 4, missed: 0 } },
      { period: "2026-11-23", by: "legal", figures: { met: 0, missed: 0 } },
    ],
  };
  assert.deepEqual(ofAllParts(deadlines, ["met", "missed"]).series, [
    { name: "met", values: [3, 4] }, { name: "missed", values: [3, 0] },
  ]);
  assert.deepEqual(sharesOf(deadlines, "met", ["met", "missed"]), [
    { name: "first_response", share: 7 / 8 }, { name: "resolution", share: 0 },
  ]);
});

test("levels stand in the order of their numbers", () => {
  const steps = ["2", "10", "1"].map((by) => ({ period: "2026-11-22", by, figures: { steps: 1 } }));
  assert.deepEqual(byPart({ ...VOLUMES, rows: steps }, "steps").series.map((one) => one.name), ["1", "2", "10"]);
});

const OF = { span: { since: "2026-10-05", until: "2026-11-24", group: "week" as const }, filters: { team: "care", kind: "", channel: "" }, zone: "Europe/Warsaw" };

test("a period ends with its last day, and begins and ends no earlier or later than the report", () => {
  assert.deepEqual(daysOf("2026-10-05", OF.span), { since: "2026-10-05", until: "2026-10-11" });
  assert.deepEqual(daysOf("2026-11-23", OF.span), { since: "2026-11-23", until: "2026-11-23" });
  assert.deepEqual(daysOf("2024-02-01", { since: "2024-02-03", until: "2024-05-01", group: "month" }), { since: "2024-02-03", until: "2024-02-29" });
  assert.deepEqual(daysOf("2026-11-01", { ...OF.span, group: "day" }), { since: "2026-11-01", until: "2026-11-01" });
});

test("a bar leads to what was opened by its channel in its days, of the same team, in the report's zone", () => {
  assert.deepEqual(casesBehind("volumes", "fax", "2026-10-12", OF), { team: "care", since: "2026-10-12", until: "2026-10-18", zone: "Europe/Warsaw", channel: "fax" });
});

test("of cases only those lead on that one query lists: opened ones of a kind or channel, and what is open now", () => {
  assert.equal(casesBehind("cases", "opened", "2026-11-23", OF), null);
  const ofKind = { ...OF, filters: { ...OF.filters, kind: "complaint" } };
  assert.deepEqual(casesBehind("cases", "opened", "2026-11-23", ofKind), { team: "care", kind: "complaint", since: "2026-11-23", until: "2026-11-23", zone: "Europe/Warsaw" });
  assert.deepEqual(casesBehind("cases", "backlog", "2026-11-23", OF), { team: "care", status: "open" });
  assert.equal(casesBehind("cases", "backlog", "2026-11-16", OF), null);
  assert.equal(casesBehind("cases", "resolved", "2026-11-23", ofKind), null);
});

test("answers outside of the hours, which took no business time, were measured all the same", () => {
  const none = { periods: ["2026-11-23"], series: [{ name: "business_p50", values: [null] }] };
  const atNight = { periods: ["2026-11-23"], series: [{ name: "business_p50", values: [0] }] };
  assert.deepEqual([isEmpty(none, "time"), isEmpty(atNight, "time"), isEmpty(atNight)], [true, false, true]);
});
