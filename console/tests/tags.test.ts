import assert from "node:assert/strict";
import { test } from "node:test";
import { tagsIn } from "../src/tags.ts";

test("several tags are typed with commas between them, and the words of one with a gap", () => {
  assert.deepEqual(tagsIn(" Damaged in transit, reklamacja ,,reklamacja"), ["damaged-in-transit", "reklamacja"]);
  assert.deepEqual(tagsIn(" , "), []);
});

test("a tag is one also where its accents stand apart from their letters", () => {
  assert.deepEqual(tagsIn("Wie\u0328z\u0307"), ["wi\u0119\u017c"]);
});
