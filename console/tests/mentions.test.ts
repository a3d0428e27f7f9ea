import assert from "node:assert/strict";
import { test } from "node:test";
import type { Agent } from "../src/api/types.ts";
import { asMentions, mentionable, offered, stillMentioned, typedBehind, withMention } from "../src/mentions.ts";

const agent = (subject: string, name: string | null, presence: Agent["presence"] = "present"): Agent => ({
  subject, name, presence, email: null, phone: null, teams: [], skills: [], languages: [], capacity: 20, absent_until: null, version: 0,
});
const ALL = mentionable([agent("e1", "Ewa Łącka", "absent"), agent("me", "Ja"), agent("j1", "Jan"), agent("j2", null), agent("e2", "Jan Ewald")], ["care", "billing", "care"], "me");
const find = (id: string) => ALL.find((one) => one.id === id)!;

test("everybody can be mentioned but oneself, and teams once each", () => {
  assert.deepEqual(ALL.map((one) => one.name), ["Ewa Łącka", "j2", "Jan", "Jan Ewald", "billing", "care"]);
});

test("an @ at the beginning of a word asks whom, one in an address does not", () => {
  assert.deepEqual(typedBehind("Hej @Ew", 7), { at: 4, typed: "Ew" });
  assert.deepEqual(typedBehind("@", 1), { at: 0, typed: "" });
  assert.deepEqual(typedBehind("(@jan ew", 8), { at: 1, typed: "jan ew" });
  assert.equal(typedBehind("anna@example.pl", 15), null);
  assert.equal(typedBehind("a @ b", 5), null);
  assert.equal(typedBehind("@jan\nwięcej", 8), null);
  assert.equal(typedBehind("@jan", 0), null);
});

test("whose name has a word that begins so is offered, with or without accents, who is there first", () => {
  assert.deepEqual(offered("lac", ALL).map((one) => one.id), ["e1"]);
  assert.deepEqual(offered("ew", ALL).map((one) => one.id), ["e2", "e1"]);
  assert.deepEqual(offered("jan e", ALL).map((one) => one.id), ["e2"]);
  assert.deepEqual(offered("xyz", ALL), []);
});

test("who is chosen stands in the text, and the caret behind them", () => {
  assert.deepEqual(withMention("Hej @ew, co?", 4, 7, find("e1")), { text: "Hej @Ewa Łącka , co?", caret: 15 });
  assert.deepEqual(withMention("@j", 0, 2, find("j1")), { text: "@Jan ", caret: 5 });
});

test("who was struck out of the text is not mentioned, and nobody twice", () => {
  const chosen = [find("care"), find("j1"), find("e1"), find("j1")];
  assert.deepEqual(asMentions(stillMentioned("@Jan, @Ewa Łącka i @care", chosen)), { agents: ["j1", "e1"], teams: ["care"] });
  assert.deepEqual(asMentions(stillMentioned("@Janina", chosen)), { agents: [], teams: [] });
  assert.deepEqual(asMentions(stillMentioned("@Janina @Jan.", chosen)), { agents: ["j1"], teams: [] });
});
