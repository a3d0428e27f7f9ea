import assert from "node:assert/strict";
import { test } from "node:test";
import { call, Refused } from "../src/api/client.ts";
import { fieldWords, troubleOf } from "../src/trouble.ts";

const refused = (problem: { code: string; detail?: string; field?: string | null }) =>
  new Refused({ status: 409, detail: "", field: null, ...problem });

test("what went wrong is told by its code, and the hub's own words stand behind it", () => {
  assert.deepEqual(troubleOf(refused({ code: "promise_owed", detail: "Keep it, or withdraw it." })), {
    words: "A promise is owed in this case: keep or withdraw it first", details: "Keep it, or withdraw it.",
  });
});

test("a field is named as the console names it, however deep it lies", () => {
  assert.deepEqual(troubleOf(refused({ code: "invalid_input", field: "due_at", detail: "It lies in the past." })), {
    words: "Something in it cannot be accepted: until when", details: "It lies in the past.",
  });
  assert.equal(fieldWords("wordings.pl.text"), "text");
  assert.equal(fieldWords("inboxes[1]"), "inboxes");
  assert.equal(fieldWords("contact_points.0.value"), "address or number");
});

test("a field that has no name here is not shown, but kept", () => {
  const told = troubleOf(refused({ code: "invalid_input", field: "If-Match", detail: "No version." }));
  assert.deepEqual(told, { words: "Something in it cannot be accepted", details: "If-Match: No version." });
});

test("a code that is not known yet is no riddle", () => {
  assert.equal(troubleOf(refused({ code: "brand_new", detail: "Why." })).words, "That did not work");
  assert.deepEqual(troubleOf(new TypeError("x is undefined")), { words: "That did not work", details: "" });
});

test("what stands before the hub answers without a code, and is told all the same", async () => {
  const before = globalThis.fetch;
  const codes: [number, string][] = [[429, "too_fast"], [413, "too_large"], [504, "no_answer"], [403, "unexpected"]];
  try {
    for (const [status, code] of codes) {
      globalThis.fetch = async () => new Response('{"message": "no"}', { status });
      const failed = await call({ base: "", token: () => "", renew: async () => "over", expired: () => {} }, "/v1/cases").catch((error: unknown) => error);
      assert.equal((failed as Refused).problem.code, code);
    }
  } finally {
    globalThis.fetch = before;
  }
});
