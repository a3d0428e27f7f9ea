import assert from "node:assert/strict";
import { test } from "node:test";
import type { Agent } from "../src/api/types.ts";
import { colleaguesFor } from "../src/colleagues.ts";

const agent = (subject: string, teams: string[], presence: string) => ({ subject, name: subject, teams, presence }) as unknown as Agent;

test("a case can be given to colleagues of its team first, and of them to who is there", () => {
  const all = [
    agent("zoe", ["billing"], "present"), agent("ewa", ["care"], "absent"), agent("jan", ["care"], "present"),
    agent("adam", ["care"], "present"), agent("me", ["care"], "present"), agent("ola", ["care"], "present"),
  ];
  const found = colleaguesFor(all, { team: "care", assignee: "ola" }, "me");
  assert.deepEqual(found.map((one) => one.subject), ["adam", "jan", "ewa", "zoe"]);
});
