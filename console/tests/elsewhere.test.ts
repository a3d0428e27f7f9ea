import assert from "node:assert/strict";
import { test } from "node:test";
import type { Customer } from "../src/api/types.ts";
import { openElsewhere } from "../src/elsewhere.ts";

const oneCase = (id: string, status = "open") => ({ id, reference: `REF-${id}`, status, subject: id });
const promise = (id: string, text: string) => ({ case: `REF-${id}`, id: `P-${id}`, text, due_at: "2026-11-24T11:00:00Z", status: "open" });
const customer = {
  cases: [oneCase("here"), oneCase("invoice"), oneCase("washer"), oneCase("old", "closed"), oneCase("owed", "closed")],
  live_promises: [promise("here", "told already"), promise("washer", "A new one comes on Friday."), promise("owed", "We call back.")],
} as unknown as Customer;

test("whoever answers in one case sees what is open and what was promised in the others", () => {
  const told = openElsewhere(customer, { id: "here" }).map(({ one, promises }) => [one.id, promises.map((each) => each.text)]);
  assert.deepEqual(told, [["invoice", []], ["washer", ["A new one comes on Friday."]], ["owed", ["We call back."]]]);
});

test("nothing is open elsewhere as long as nobody knows whose case it is", () => {
  assert.deepEqual(openElsewhere(null, { id: "here" }), []);
});
