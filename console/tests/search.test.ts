import assert from "node:assert/strict";
import { test } from "node:test";
import { asFilters, begun, listsCases, marked, soughtBy, startOf } from "../src/search.ts";

test("what is meant is seen by what was typed", () => {
  assert.deepEqual(soughtBy("  "), { kind: "nothing" });
  assert.deepEqual(soughtBy("k7q2m 9dxm3q"), { kind: "case", reference: "K7Q2M-9DXM3-Q" });
  assert.deepEqual(soughtBy(" anna@example.pl "), { kind: "address", words: "anna@example.pl" });
  assert.deepEqual(soughtBy("faktura za prąd"), { kind: "words", words: "faktura za prąd" });
});

test("whole words are marked, wherever they stand, and nothing of the text is lost", () => {
  const pieces = marked("Faktura? Fakturę wysłałam, nie prefakturę.", ["Faktura", "Fakturę"]);
  assert.deepEqual(pieces.filter((piece) => piece.found).map((piece) => piece.text), ["Faktura", "Fakturę"]);
  assert.equal(pieces.map((piece) => piece.text).join(""), "Faktura? Fakturę wysłałam, nie prefakturę.");
});

test("a text is marked also where its accents stand apart from their letters", () => {
  assert.deepEqual(marked("faktur\u0065\u0328", ["faktur\u0119"]), [{ text: "faktur\u0119", found: true }]);
});

test("a text in which nothing was found is one piece, and an empty one none", () => {
  assert.deepEqual(marked("a <b>c</b>", []), [{ text: "a <b>c</b>", found: false }]);
  assert.deepEqual(marked("", ["a"]), []);
});

test("while a word is being typed, its beginning is asked for, from three letters on", () => {
  assert.deepEqual(["fa", "fak", "zwrot fakt", "zwrot fa", "zwrot ", "fakt*"].map(begun), ["fa", "fak*", "zwrot fakt*", "zwrot fa", "zwrot", "fakt*"]);
  assert.deepEqual(["anna@example.pl", "601 234 567", "k7q2m 9dxm3q"].map(begun), ["anna@example.pl", "601 234 567", "k7q2m 9dxm3q"]);
});

test("a day begins at midnight of its zone, also where the clocks change on it", () => {
  assert.equal(startOf("2026-11-23", "Europe/Warsaw"), "2026-11-22T23:00:00.000Z");
  assert.equal(startOf("2026-03-29", "Europe/Warsaw"), "2026-03-28T23:00:00.000Z");
  assert.equal(startOf("2026-03-30", "Europe/Warsaw"), "2026-03-29T22:00:00.000Z");
  assert.equal(startOf("2026-10-26", "America/New_York"), "2026-10-26T04:00:00.000Z");
});

test("the last day of a time belongs to it, and what is not chosen is not sent", () => {
  const only = { tag: "rower", status: "", since: "2026-11-23", until: "2026-11-24", zone: "Europe/Warsaw" };
  assert.deepEqual(asFilters(only), { tag: "rower", since: "2026-11-22T23:00:00.000Z", until: "2026-11-24T23:00:00.000Z" });
});

test("a team or a time alone lists no cases", () => {
  assert.deepEqual([{}, { team: "care" }, { since: "2026-11-23" }, { channel: "fax" }, { tag: "rower", team: "care" }].map(listsCases), [false, false, false, true, true]);
});
