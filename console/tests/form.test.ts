import assert from "node:assert/strict";
import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { post, type Answer, type Way } from "../widget/post.ts";
import { fileName, mediaTypeOf } from "../src/files.ts";
import { bodyOf, EMPTY, fieldOf, wrongIn } from "../widget/rules.ts";

const POSTED = JSON.stringify({ case: "K7Q2M-9DXM3-Q", message: "01M8", expected_answer_at: null });
const LETTER = { ...EMPTY, email: "anna@example.pl", text: "Dzień dobry" };

// A network with these answers, in turn. What was sent and how long was waited is written down.
function network(...answers: (Partial<Answer> & { status: number })[]) {
  const sent: string[] = [];
  const waited: number[] = [];
  const way: Way = {
    send: async (body, key) => { sent.push(`${key} ${body}`); return { body: "", retryAfter: null, ...answers[sent.length - 1]! }; },
    wait: async (milliseconds) => { waited.push(milliseconds); },
  };
  return { way, sent, waited };
}

const posting = (way: Way) => post(way, "{}", "key-1", () => {}, () => {});

test("what fails on its way is sent again under the same key", async () => {
  const { way, sent, waited } = network({ status: 0 }, { status: 503, retryAfter: 2 }, { status: 201, body: POSTED });
  assert.deepEqual(await posting(way), { posted: JSON.parse(POSTED) });
  assert.deepEqual(sent, ["key-1 {}", "key-1 {}", "key-1 {}"]);
  assert.deepEqual(waited, [1_000, 4_000]);
});

test("a server that asks for patience gets it, within reason", async () => {
  const { way, waited } = network({ status: 429, retryAfter: 20 }, { status: 429, retryAfter: 9_999 }, { status: 201, body: POSTED });
  await posting(way);
  assert.deepEqual(waited, [20_000, 30_000]);
});

test("it gives up after four times, and says what was last", async () => {
  const { way, sent } = network({ status: 0 }, { status: 0 }, { status: 0 }, { status: 0 });
  assert.deepEqual(await posting(way), { problem: { status: 0, detail: "", field: "" } });
  assert.equal(sent.length, 4);
});

test("what is refused is not sent again", async () => {
  const { way, sent } = network({ status: 400, body: JSON.stringify({ detail: "no number", field: "phone" }) });
  assert.deepEqual(await posting(way), { problem: { status: 400, detail: "no number", field: "phone" } });
  assert.equal(sent.length, 1);
});

test("a message that is kept is asked after once, and is with us even without a case", async () => {
  const { way } = network({ status: 202 }, { status: 201, body: POSTED });
  assert.deepEqual(await posting(way), { posted: JSON.parse(POSTED) });
  const slow = network({ status: 202 }, { status: 202 });
  assert.deepEqual(await posting(slow.way), { posted: {} });
  assert.equal(slow.sent.length, 2);
});

test("an address and something to say are needed", () => {
  assert.deepEqual(wrongIn(LETTER, []), {});
  assert.deepEqual(Object.keys(wrongIn(EMPTY, [])), ["contact", "text"]);
  assert.deepEqual(wrongIn({ ...LETTER, text: " " }, [{ size: 1 }]), {});
  assert.deepEqual(Object.keys(wrongIn({ ...LETTER, email: "anna@" }, [])), ["email"]);
  assert.deepEqual(Object.keys(wrongIn({ ...LETTER, answer_by: "sms" }, [])), ["answer_by"]);
  assert.deepEqual(Object.keys(wrongIn(LETTER, [{ size: 2_000_000 }, { size: 2_000_000 }])), ["files"]);
  assert.deepEqual(Object.keys(wrongIn(LETTER, Array.from({ length: 11 }, () => ({ size: 1 })))), ["files"]);
});

test("what the API says of a field stands at that field", () => {
  assert.equal(fieldOf("phone"), "phone");
  assert.equal(fieldOf("$.email"), "email");
  assert.equal(fieldOf("attachments[0].content_type"), "files");
  for (const other of ["", "inbox", "website", "toString"]) assert.equal(fieldOf(other), null, other);
});

test("a body has what was filled in, and the largest one stays below the API's limit", () => {
  assert.deepEqual(JSON.parse(bodyOf(LETTER, "pl", [])), { email: "anna@example.pl", text: "Dzień dobry", language: "pl" });
  const file = { name: "x".repeat(200), content_type: "application/octet-stream", data_base64: "A".repeat(Math.ceil(3_500_000 / 3) * 4) };
  const body = bodyOf({ ...LETTER, text: "ż".repeat(50_000) }, "pl", [file]);
  assert.ok(Buffer.byteLength(body) < 5_000_000);
});

test("a file of a kind that the browser does not know is one of any kind", () => {
  assert.equal(mediaTypeOf("image/PNG"), "image/png");
  assert.equal(mediaTypeOf("text/plain;charset=utf-8"), "text/plain");
  for (const odd of ["", "image", "image/", "a b/c"]) assert.equal(mediaTypeOf(odd), "application/octet-stream", odd);
});

test("a file's name is one that the API takes, with its end", () => {
  assert.equal(fileName("a/b\\c\n.pdf"), "a_b_c_.pdf");
  assert.equal(fileName(`${"x".repeat(300)}.pdf`).length, 120);
  assert.ok(fileName(`${"x".repeat(300)}.pdf`).endsWith("x.pdf"));
  assert.equal(fileName(""), "file");
});

test("every language of the form has the same texts and values", () => {
  const folder = new URL("../widget/texts/", import.meta.url);
  const all = readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Record<string, unknown>);
  assert.ok(all.length >= 2);
  const values = (text: unknown) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
  for (const texts of all) {
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(all[0]!).sort());
    for (const [key, text] of Object.entries(texts)) assert.deepEqual(values(text), values(all[0]![key]), key);
  }
});
