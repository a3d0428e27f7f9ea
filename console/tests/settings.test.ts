import assert from "node:assert/strict";
import { test } from "node:test";
import { mistakesIn } from "../src/settings/check.ts";
import { countChanges, knownPart, mergeEdits, pathOf, placeOf, same, valueAt, withValue, type Json } from "../src/settings/document.ts";
import { mistakeIn, nextSlot, weekMinutes } from "../src/settings/hours.ts";
import { namesFor, renamed } from "../src/settings/references.ts";
import { blankOf, documentShape, shapeAt } from "../src/settings/schema.ts";
import { filledText, strangersIn } from "../src/settings/template.ts";

const DOCUMENT: Json = {
  teams: [{ name: "care", calendar: "poland", policy: "standard" }, { name: "billing", calendar: "poland", policy: "quick" }],
  calendars: [{ name: "poland", zone: "Europe/Warsaw", week: { mon: ["08:00-16:00"] } }],
  policies: [{ name: "standard" }, { name: "quick" }],
  policy_rules: [{ policy: "quick", team: "care" }],
  something_new: { deep: [1, { kept: true }] },
};

// As the API describes it, in small.
const SCHEMA: Json = {
  $ref: "#/$defs/Document",
  $defs: {
    Document: {
      type: "object", required: ["teams"],
      properties: {
        teams: { type: "array", items: { $ref: "#/$defs/Team" } },
        fax: {
          anyOf: [{
            anyOf: [{ $ref: "#/$defs/Mail" }, { $ref: "#/$defs/Https" }],
            discriminator: { propertyName: "by", mapping: { mail: "#/$defs/Mail", https: "#/$defs/Https" } },
          }, { type: "null" }],
          default: null,
        },
        texts: { type: "object", propertyNames: { pattern: "^[a-z]{2}$" }, additionalProperties: { type: "string", maxLength: 5 }, minProperties: 1 },
      },
    },
    Team: {
      type: "object", required: ["name"],
      properties: {
        name: { type: "string", pattern: "^[a-z]+$(?!\\n)" },
        away: { type: "integer", minimum: 1, maximum: 10, default: 4 },
        by: { $ref: "#/$defs/By", default: "hand" },
      },
    },
    By: { enum: ["hand", "load"] },
    Mail: { type: "object", properties: { by: { enum: ["mail"] }, to: { type: "string" } }, required: ["by", "to"] },
    Https: { type: "object", properties: { by: { enum: ["https"] }, url: { type: "string" } }, required: ["by", "url"] },
  },
};
const SHAPE = documentShape(SCHEMA);

test("an edit touches nothing but its place, and what the console does not know stays", () => {
  const edited = withValue(DOCUMENT, ["teams", 0, "policy"], "quick");
  assert.equal(valueAt(edited, ["teams", 0, "policy"]), "quick");
  assert.equal(valueAt(DOCUMENT, ["teams", 0, "policy"]), "standard");
  assert.ok(same(valueAt(edited, ["something_new"]), valueAt(DOCUMENT, ["something_new"])));
  assert.equal(countChanges(DOCUMENT, edited), 1);
  assert.ok(same(withValue(edited, ["teams", 0, "policy"], "standard"), DOCUMENT));
});

test("taking out a member or an item leaves no hole, and objects on the way are made", () => {
  assert.deepEqual(withValue({ a: 1, b: 2 }, ["a"], undefined), { b: 2 });
  assert.deepEqual(withValue({ a: [1, 2, 3] }, ["a", 1], undefined), { a: [1, 3] });
  assert.deepEqual(withValue({}, ["a", "b"], 1), { a: { b: 1 } });
});

test("no member of the language is taken for one of the document", () => {
  assert.equal(valueAt({}, ["constructor"]), undefined);
  assert.equal(countChanges({}, { constructor: 1 }), 1);
});

test("a place of the API leads to where it is, or as near as there is something", () => {
  assert.equal(placeOf(["teams", 0, "calendar"]), "teams[0].calendar");
  assert.deepEqual(pathOf("teams[0].calendar"), ["teams", 0, "calendar"]);
  assert.deepEqual(knownPart(DOCUMENT, "teams[1].phone"), ["teams", 1, "phone"]);
  assert.deepEqual(knownPart(DOCUMENT, "calendars[0].open[...][0]"), ["calendars", 0, "open"]);
  assert.deepEqual(knownPart(DOCUMENT, "teams[7].name"), ["teams"]);
});

test("two edits of the same version are laid over each other, members of lists by name", () => {
  const ours = withValue(withValue(DOCUMENT, ["teams", 1, "policy"], "standard"), ["company"], "Splot");
  const theirs = withValue(withValue(DOCUMENT, ["teams"], [{ name: "night" }, ...(valueAt(DOCUMENT, ["teams"]) as Json[])]), ["something_new"], { deep: 2 });
  const { document, clashes } = mergeEdits(DOCUMENT, ours, theirs);
  assert.deepEqual(clashes, []);
  assert.deepEqual((valueAt(document, ["teams"]) as { name: string }[]).map((team) => team.name).sort(), ["billing", "care", "night"]);
  assert.equal(valueAt(document, ["company"]), "Splot");
  assert.deepEqual(valueAt(document, ["something_new"]), { deep: 2 });
});

test("what both changed in another way is told, and ours stands until somebody decides", () => {
  const { document, clashes } = mergeEdits(DOCUMENT, withValue(DOCUMENT, ["teams", 0, "policy"], "a"), withValue(DOCUMENT, ["teams", 0, "policy"], "b"));
  assert.deepEqual(clashes, [{ place: "teams[care].policy", ours: "a", theirs: "b" }]);
  assert.equal(valueAt(document, ["teams", 0, "policy"]), "a");
});

test("what one removed and nobody else touched is gone, what the other changed is asked about", () => {
  const without = withValue(DOCUMENT, ["teams", 1], undefined);
  assert.equal((valueAt(mergeEdits(DOCUMENT, without, DOCUMENT).document, ["teams"]) as Json[]).length, 1);
  assert.equal((valueAt(mergeEdits(DOCUMENT, DOCUMENT, without).document, ["teams"]) as Json[]).length, 1);
  assert.equal(mergeEdits(DOCUMENT, without, withValue(DOCUMENT, ["teams", 1, "policy"], "x")).clashes.length, 1);
});

test("the schema of the API becomes shapes, with what is usual", () => {
  const team = shapeAt(SHAPE, DOCUMENT, ["teams", 0]);
  assert.equal(team?.kind, "members");
  assert.deepEqual(blankOf(team!), { name: "" });
  assert.equal(shapeAt(SHAPE, DOCUMENT, ["teams", 0, "by"])?.usual, "hand");
  assert.equal(shapeAt(SHAPE, { fax: { by: "https" } }, ["fax", "url"])?.kind, "text");
  assert.equal(shapeAt(SHAPE, {}, ["nobody", "knows"]), null);
  assert.throws(() => documentShape({}));
});

test("mistakes are named with their places before the API is asked", () => {
  const wrong = { teams: [{ name: "Care", away: 11, by: "chance" }, {}], fax: { by: "mail" }, texts: { PL: "x" }, new: 1 };
  assert.deepEqual(mistakesIn(SHAPE, wrong).map((one) => `${one.place} ${one.key}`), [
    "teams[0].name wrong.pattern", "teams[0].away wrong.range", "teams[0].by wrong.choice", "teams[1].name wrong.missing",
    "fax.to wrong.missing", "texts wrong.key",
  ]);
  assert.deepEqual(mistakesIn(SHAPE, { teams: [{ name: "care" }], texts: { pl: "x" } }), []);
});

test("a name is chosen from those that there are, and another name is told wherever it stands", () => {
  assert.deepEqual(namesFor(DOCUMENT, ["teams", 0, "policy"]), ["standard", "quick"]);
  assert.equal(namesFor(DOCUMENT, ["teams", 0, "email"]), null);
  const kinds = namesFor({ kinds: [{ name: "hr", retired: true }, { name: "visit" }] }, ["inboxes", 0, "kind"]);
  assert.ok(kinds?.includes("visit") && kinds.includes("question") && !kinds.includes("hr"));
  const after = renamed(DOCUMENT, "policies", 1, "fast");
  assert.equal(valueAt(after, ["teams", 1, "policy"]), "fast");
  assert.equal(valueAt(after, ["policy_rules", 0, "policy"]), "fast");
  assert.equal(valueAt(after, ["teams", 0, "policy"]), "standard");
});

test("hours that overlap, end before they begin or are not complete are told", () => {
  assert.equal(mistakeIn(["08:00-12:00", "12:00-16:00"]), null);
  assert.equal(mistakeIn(["20:00-00:00"]), null);
  assert.equal(mistakeIn(["13:00-16:00", "08:00-13:30"]), "wrong.slots_overlap");
  assert.equal(mistakeIn(["16:00-08:00"]), "wrong.slot_backwards");
  assert.equal(mistakeIn(["-16:00"]), "wrong.slot_empty");
  assert.equal(weekMinutes({ mon: ["08:00-16:00"], sun: ["22:00-00:00"] }), 600);
  assert.equal(mistakeIn(["08:00-16:00", nextSlot(["08:00-16:00"])]), null);
  assert.equal(mistakeIn([nextSlot(["08:00-23:30"])]), null);
});

test("a text is shown as the hub fills it in: lines without a value are left out, values are no variables", () => {
  assert.equal(filledText("Hello {customer_name},\nuntil {answer_by}.\n\n\n\nCase {reference}", { customer_name: "{reference}", reference: "K" }), "Hello {reference},\n\nCase K");
  assert.deepEqual(strangersIn("{reference} {when}", "canned"), ["when"]);
  assert.deepEqual(strangersIn("{answer_by}", "canned", true), ["answer_by"]);
});
