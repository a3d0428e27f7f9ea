import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesFor, namesOf } from "../src/kinds.ts";

const KINDS = [
  { name: "question", restricted: false, retired: false },
  { name: "warranty", restricted: true, retired: false },
  { name: "paper_order", restricted: false, retired: true },
];

test("a case is sorted into a company's own kinds, and into none that is retired", () => {
  assert.deepEqual(choicesFor(KINDS, "question"), ["question", "warranty"]);
});

test("what a case is can be left, whoever may no longer become it", () => {
  assert.deepEqual(choicesFor(KINDS, "paper_order"), ["question", "warranty", "paper_order"]);
});

test("cases of a retired kind are still looked for", () => {
  assert.deepEqual(namesOf(KINDS), ["question", "warranty", "paper_order"]);
});
