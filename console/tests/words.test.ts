import assert from "node:assert/strict";
import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { chooseLanguage, fill, type Texts } from "../src/texts.ts";
import { dueWords, kindOfClock, spanParts, urgencyOf } from "../src/times.ts";

const folder = new URL("../texts/", import.meta.url);
const languages = readdirSync(folder).filter((name) => name.endsWith(".json"));
const textsOf = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Texts;
const english = textsOf("en.json");
const NOW = Date.parse("2026-11-23T09:00:00Z");
const MINUTE = 60_000;

test("every language has the same texts, none of them empty", () => {
  assert.ok(languages.length >= 2);
  for (const name of languages) {
    const texts = textsOf(name);
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort(), name);
    for (const text of Object.values(texts)) {
      for (const form of typeof text === "string" ? [text] : Object.values(text)) assert.ok(form.trim(), name);
    }
  }
});

test("every language names the same values", () => {
  const valuesOf = (text: Texts[string] | undefined) => new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? []);
  for (const name of languages) {
    const texts = textsOf(name);
    for (const key of Object.keys(english)) assert.deepEqual(valuesOf(texts[key]), valuesOf(english[key]), `${name}: ${key}`);
  }
});

test("every language has a form for each of its plurals", () => {
  for (const name of languages) {
    const needed = new Intl.PluralRules(name.replace(".json", "")).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(textsOf(name))) {
      if (typeof text !== "string") for (const form of needed) assert.ok(form in text, `${name}: ${key} lacks ${form}`);
    }
  }
});

test("the browser's first language that there is wins, else English", () => {
  assert.equal(chooseLanguage(["de-DE", "pl-PL", "en"], ["en", "pl"]), "pl");
  assert.equal(chooseLanguage(["fr"], ["en", "pl"]), "en");
  assert.equal(chooseLanguage([], ["en", "pl"]), "en");
});

test("Polish counts as Polish does", () => {
  const days = textsOf("pl.json")["entry.quoted"] ?? "";
  assert.deepEqual([1, 3, 5, 22].map((n) => fill(days, { n }, "pl")), [
    "Cytat (1 wiersz)", "Cytat (3 wiersze)", "Cytat (5 wierszy)", "Cytat (22 wiersze)",
  ]);
});

test("a value that is missing stays visible as its name", () => {
  assert.equal(fill("to {who}", {}, "en"), "to {who}");
});

test("spans are no finer than one needs", () => {
  assert.deepEqual(spanParts(42_000), [["span.seconds", 42]]);
  assert.deepEqual(spanParts(45 * MINUTE), [["span.minutes", 45]]);
  assert.deepEqual(spanParts(200 * MINUTE), [["span.hours", 3], ["span.minutes", 20]]);
  assert.deepEqual(spanParts(182 * MINUTE), [["span.hours", 3]]);
  assert.deepEqual(spanParts(-30 * 60 * MINUTE), [["span.hours", 30]]);
  assert.deepEqual(spanParts(50 * 60 * MINUTE), [["span.days", 2]]);
});

test("a deadline is late from the moment on that it says", () => {
  const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();
  assert.equal(urgencyOf(at(0), NOW), "late");
  assert.equal(urgencyOf(at(1), NOW), "soon");
  assert.equal(urgencyOf(at(61), NOW), "later");
  assert.equal(urgencyOf(null, NOW), "none");
});

test("what is due next is said in words, with the clock's name", () => {
  assert.equal(dueWords(new Date(NOW + 120 * MINUTE).toISOString(), NOW, "first_response"), "First answer in 2 h");
  assert.equal(dueWords(new Date(NOW - 5 * MINUTE).toISOString(), NOW, "promise:01M8"), "Promise: late by 5 min");
  assert.equal(dueWords(null, NOW), "nothing is due");
});

test("the clocks of promises and tasks are known by their kind", () => {
  assert.equal(kindOfClock("call_back:01M83T4CM0WZSTWG5PSHWDFSXJ"), "call_back");
  assert.equal(kindOfClock("something_new"), "any");
  assert.equal(kindOfClock(null), "any");
});
