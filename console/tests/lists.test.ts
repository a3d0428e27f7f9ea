import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseInList, Entry } from "../src/api/types.ts";
import { countedSecondsLeft, widths } from "../src/clocks.ts";
import { overlooked } from "../src/draft.ts";
import { forgetAll, hasDraft, isUnread, keepDraft, keepKeys, keysAreOn, readDraft, withSeen } from "../src/kept.ts";
import { byUrgency, casesUpTo, isBeyond, lateAndSoon, newestCase, newlyWaiting, stillListed } from "../src/lists.ts";
import { bySystem } from "../src/attributes.ts";
import { byDoing } from "../src/presence.ts";
import { asReference, hashOf, isContactPoint, parseRoute } from "../src/route.ts";
import { NOTHING, withNewest, withOlder } from "../src/thread.ts";

const NOW = Date.parse("2026-11-23T09:00:00Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

function one(id: string, deadline: number | null, activity = 0): CaseInList {
  return {
    id, reference: id, customer_id: "C", status: "open", team: "care", channel: "email", subject: id, assignee: null,
    last_activity_at: at(activity), deadline_at: deadline === null ? null : at(deadline), awaiting_since: at(activity),
    kind: "question", priority: "normal", customer_name: null, last_channel: "email", messages_in: 1, next_clock: null,
  };
}

function entry(id: string, change: Partial<Entry> = {}): Entry {
  return { id, case_id: "K", kind: "inbound", author: "customer", text: id, at: at(0), ...change } as Entry;
}

test("the earliest deadline comes first, and what no clock runs for last", () => {
  const sorted = byUrgency([one("quiet", null, 1), one("later", 90), one("late", -5), one("newer", null, 2)]);
  assert.deepEqual(sorted.map((each) => each.id), ["late", "later", "newer", "quiet"]);
});

test("late and soon are told apart at the deadline, and what is further away is neither", () => {
  const page = { items: [one("a", 0), one("b", 1), one("c", 120), one("d", 121), one("e", null)], next: "more" };
  const { late, soon, lateAll, soonAll } = lateAndSoon(page, NOW, 2);
  assert.deepEqual([late, soon].map((list) => list.map((each) => each.id)), [["a"], ["b", "c"]]);
  assert.ok(lateAll && soonAll);
});

test("a list that ends within what is late or due soon does not say that this is all", () => {
  const told = (next: string | null, ...minutes: number[]) => {
    const { lateAll, soonAll } = lateAndSoon({ items: minutes.map((each) => one(String(each), each)), next }, NOW, 2);
    return [lateAll, soonAll];
  };
  assert.deepEqual(told("more", -9, -5), [false, false]);
  assert.deepEqual(told("more", -9, 5), [true, false]);
  assert.deepEqual(told("more", -9, 5, 500), [true, true]);
  assert.deepEqual(told(null, -9, -5), [true, true]);
});

test("of a long list by urgency no page is asked for behind what is due in time", async () => {
  const pages: Record<string, [number, string | null]> = { "": [-5, "2"], 2: [60, "3"], 3: [500, "4"] };
  const asked: string[] = [];
  const found = await casesUpTo(300, async (cursor) => {
    asked.push(cursor ?? "");
    const [minutes, next] = pages[cursor ?? ""] ?? [0, null];
    return { items: [one(`at ${minutes}`, minutes)], next };
  }, (items) => isBeyond(items, NOW, 2));
  assert.deepEqual([asked, found.items.length, found.next], [["", "2", "3"], 3, "4"]);
});

test("the first look at a list is no news, a new or newer message is", () => {
  assert.deepEqual(newlyWaiting(null, [one("a", 5)]), []);
  const before = [one("a", 5), one("b", 5)];
  const after = [one("a", 5), one("b", 5, 3), one("c", 5)];
  assert.deepEqual(newlyWaiting(before, after).map((each) => each.id), ["b", "c"]);
  assert.deepEqual(newlyWaiting([], [{ ...one("a", 5), awaiting_since: null }]), []);
});

test("a case is unread until it was seen as new as it is", () => {
  const case_ = one("a", 5, 2);
  assert.ok(isUnread({}, case_));
  const seen = withSeen({}, "a", case_.last_activity_at);
  assert.ok(!isUnread(seen, case_));
  assert.ok(isUnread(seen, one("a", 5, 3)));
  assert.ok(!isUnread({}, { ...case_, awaiting_since: null }));
  assert.equal(withSeen(seen, "a", at(1)), seen);
});

test("an address leads back to where one was", () => {
  for (const route of [
    { view: "team", team: "care", reference: "K7Q2M-9DXM3-Q" }, { view: "late", team: "a/b c", reference: null },
    { view: "mine", team: "care", reference: "K7Q2M-9DXM3-Q" }, { view: "parked", team: "care", reference: "01M83T4CM07W35E034X12BYPDA" },
    { view: "find", team: "care", reference: null, words: "faktura 12/2026" }, { view: "find", team: "care", reference: null, words: "" },
    { view: "find", team: "care", reference: "K7Q2M-9DXM3-Q", words: "" },
    { view: "find", team: "care", reference: null, words: "zwrot?", only: { kind: "complaint", tag: "w-transporcie,rower", since: "2026-11-23" } },
  ] as const) assert.deepEqual(parseRoute(hashOf(route), ["care"]), route);
});

test("an address that means nothing leads to the first team's inbox, without teams to one's own", () => {
  assert.deepEqual(parseRoute("#/%E0%A4%A/x", ["care"]), { view: "team", team: "care", reference: null });
  assert.equal(parseRoute("", []).view, "mine");
});

test("a reference is known however it is typed", () => {
  assert.equal(asReference(" k7q2m 9dxm3q"), "K7Q2M-9DXM3-Q");
  assert.equal(asReference("Gdzie paczka"), null);
});

test("an address or a number is told from words, and a reference is no number", () => {
  for (const point of ["anna@example.pl", "+48 601 234 567", "22 555-01-23"]) assert.ok(isContactPoint(point), point);
  for (const words of ["paczka", "K7Q2M-9DXM3-Q", "2026", "a@b"]) assert.ok(!isContactPoint(words), words);
});

test("of a customer's cases an open one is shown, else the newest", () => {
  const closed = { ...one("new", null), status: "closed" as const };
  assert.equal(newestCase({ cases: [closed, one("old", null)] }), "old");
  assert.equal(newestCase({ cases: [closed] }), "new");
  assert.equal(newestCase(null), null);
});

test("pages of a thread are laid over what is there, newest last, and what changed replaces what was", () => {
  let loaded = withNewest(NOTHING, [entry("3"), entry("2")], "older");
  loaded = withNewest(loaded, [entry("4"), entry("3", { text: "changed" })], "ignored");
  loaded = withOlder(loaded, [entry("1")], null);
  assert.deepEqual(loaded.entries.map((each) => each.text), ["1", "2", "changed", "4"]);
  assert.equal(loaded.older, null);
});

test("a page that tells nothing new changes nothing", () => {
  const loaded = withNewest(NOTHING, [entry("2"), entry("1")], null);
  assert.equal(withNewest(loaded, [entry("2")], "x"), loaded);
});

test("a gap in the thread is not hidden: it begins anew from the newest page", () => {
  const loaded = withNewest(withNewest(NOTHING, [entry("1")], null), [entry("9"), entry("8")], "older");
  assert.deepEqual(loaded, { entries: [entry("8"), entry("9")], older: "older" });
});

test("what the customer or a colleague said since is what an answer may overlook", () => {
  const entries = [
    entry("1"), entry("2", { kind: "outbound", author: "agent:me" }), entry("3", { kind: "outbound", author: "agent:ewa" }),
    entry("4"), entry("5", { case_id: "other" }), entry("6", { kind: "outbound", author: "hub" }),
  ];
  const mark = { messages: 1, version: 1, entry: "1" };
  const found = overlooked(mark, { id: "K" } as never, entries, "me", true);
  assert.deepEqual(found.map((each) => each.id), ["3", "4"]);
  assert.deepEqual(overlooked(mark, { id: "K" } as never, entries, "me", false), []);
});

test("of a clock, the counted time that is left is told, not the time of the wall", () => {
  const stretches = [
    { start: at(-60), end: at(60), counted_seconds: 7200, reason: null, closed_days: [] },
    { start: at(60), end: at(1000), counted_seconds: 0, reason: "closed", closed_days: [] },
    { start: at(1000), end: at(1060), counted_seconds: 3600, reason: null, closed_days: [] },
  ];
  assert.equal(countedSecondsLeft({ stretches }, NOW), 7200);
  assert.equal(countedSecondsLeft({ stretches }, Date.parse(at(2000))), 0);
  assert.equal(Math.round(widths(stretches).reduce((sum, each) => sum + each, 0)), 100);
});

test("a draft is kept until there is nothing left of it", () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
  const draft = { text: "Dzień dobry", channel: "", subject: "", note: "", mentioned: [], promise: "", promiseDue: "", at: 1 };
  keepDraft(store, "K", draft);
  assert.deepEqual(readDraft(store, "K"), draft);
  keepDraft(store, "K", { ...draft, text: " " });
  assert.ok(!hasDraft(store, "K"));
});

test("of those at a case, who writes is told apart from who reads, and nobody is told of themselves", () => {
  const at = (subject: string, doing: "reading" | "writing") => ({ subject, name: null, doing });
  const { writing, reading } = byDoing([at("ewa", "writing"), at("me", "writing"), at("jan", "reading")], "me");
  assert.deepEqual([writing, reading].map((found) => found.map((one) => one.subject)), [["ewa"], ["jan"]]);
});

test("what other systems know of a customer stands by system, with the newest time", () => {
  const written = (name: string, minutes: number) => ({ name, value: name, at: at(minutes) });
  const found = bySystem([written("shop.last_order", 1), written("crm.tariff", 2), written("shop.returns", 3)]);
  assert.deepEqual(found.map((one) => [one.system, one.attributes.map((each) => each.name), one.at]), [
    ["crm", ["tariff"], at(2)], ["shop", ["last order", "returns"], at(3)],
  ]);
});

test("who has turned single keys off finds them off after the next login, and nothing else is kept", () => {
  // As a browser's: what is kept are the object's own members.
  const store = Object.create({
    getItem(name: string) { return (this as Record<string, string>)[name] ?? null; },
    setItem(name: string, text: string) { (this as Record<string, string>)[name] = text; },
    removeItem(name: string) { delete (this as Record<string, string>)[name]; },
  }) as Storage;
  assert.ok(keysAreOn(store));
  keepKeys(store, false);
  keepDraft(store, "K", { text: "Dzień dobry", channel: "", subject: "", note: "", mentioned: [], promise: "", promiseDue: "", at: 1 });
  forgetAll(store);
  assert.ok(!keysAreOn(store));
  assert.ok(!hasDraft(store, "K"));
  keepKeys(store, true);
  assert.ok(keysAreOn(store));
});

test("a list goes on page by page for as long as one wants more, and nobody stands in it twice", async () => {
  const pages: Record<string, { items: string[]; next: string | null }> = {
    "": { items: ["a", "b"], next: "2" }, "2": { items: ["b", "c"], next: "3" }, "3": { items: ["d"], next: null },
  };
  const asked: (string | null)[] = [];
  const page = async (cursor: string | null) => {
    asked.push(cursor);
    const { items, next } = pages[cursor ?? ""]!;
    return { items: items.map((id) => ({ id }) as CaseInList), next };
  };
  const three = await casesUpTo(3, page);
  assert.deepEqual([three.items.map((one) => one.id), three.next], [["a", "b", "c"], "3"]);
  const all = await casesUpTo(100, page);
  assert.deepEqual([all.items.map((one) => one.id), all.next], [["a", "b", "c", "d"], null]);
  assert.deepEqual(asked, [null, "2", null, "2", "3"]);
});

test("what was chosen in one list was linked from another, where nobody saw it any more", () => {
  const listed = [{ reference: "A" }, { reference: "C" }];
  assert.deepEqual(stillListed(["A", "B"], listed), ["A"]);
  assert.deepEqual(stillListed([], listed), []);
});
