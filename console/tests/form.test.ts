import assert from "node:assert/strict";
import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { fieldsOf, post, type Answer, type Way } from "../widget/post.ts";
import { fileName, mediaTypeOf } from "../src/files.ts";
import { showCheck } from "../widget/check.ts";
import { converseAt } from "../widget/converse.ts";
import { siteAround } from "../widget/frame.ts";
import { attached, type Store, UploadFailed } from "../widget/upload.ts";
import { bodyOf, EMPTY, fieldOf, leftWrong, wrongIn, writtenFrom } from "../widget/rules.ts";

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

const CONTACT = { address: "https://api.example/v1/forms/contact", key: "" };

test("a form with a key carries it on every call, and one without carries none", async () => {
  const asked: Record<string, string>[] = [];
  const listen = (async (_url: string, init: RequestInit) => {
    asked.push(init.headers as Record<string, string>);
    return new Response(JSON.stringify({ conversation: "T" }), { status: 201 });
  }) as unknown as typeof fetch;
  await converseAt({ ...CONTACT, key: "shop-2026-11" }, listen).begin("key", "01M8", "123456");
  await converseAt(CONTACT, listen).begin("key", "01M8", "123456");
  assert.deepEqual(asked.map((fields) => fields["Form-Key"]), ["shop-2026-11", undefined]);
  assert.deepEqual(fieldsOf({ ...CONTACT, key: "shop-2026-11" }), { "Form-Key": "shop-2026-11" });
});

test("an address and something to say are needed", () => {
  assert.deepEqual(wrongIn(LETTER, []), {});
  assert.deepEqual(Object.keys(wrongIn(EMPTY, [])), ["contact", "text"]);
  assert.deepEqual(wrongIn({ ...LETTER, text: " " }, [{ size: 1 }]), {});
  assert.deepEqual(Object.keys(wrongIn({ ...LETTER, email: "anna@" }, [])), ["email"]);
  assert.deepEqual(Object.keys(wrongIn({ ...LETTER, answer_by: "sms" }, [])), ["answer_by"]);
  assert.deepEqual(wrongIn(LETTER, [{ size: 2_000_000 }, { size: 2_000_000 }]), {});
  assert.deepEqual(Object.keys(wrongIn(LETTER, [{ size: 11_000_000 }, { size: 11_000_000 }])), ["files"]);
  assert.deepEqual(Object.keys(wrongIn(LETTER, Array.from({ length: 11 }, () => ({ size: 1 })))), ["files"]);
});

test("what the API says of a field stands at that field", () => {
  assert.equal(fieldOf("phone"), "phone");
  assert.equal(fieldOf("$.email"), "email");
  assert.equal(fieldOf("attachments[0].content_type"), "files");
  assert.equal(fieldOf("Captcha-Answer"), "captcha");
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

test("a code goes to the address that the message counts as written from", () => {
  assert.deepEqual(writtenFrom({ ...LETTER, phone: "601 234 567" }), { kind: "email", value: "anna@example.pl" });
  assert.deepEqual(writtenFrom({ ...LETTER, phone: "601 234 567", answer_by: "sms" }), { kind: "phone", value: "601 234 567" });
  assert.deepEqual(writtenFrom({ ...EMPTY, phone: " 601 234 567 " }), { kind: "phone", value: "601 234 567" });
});

test("the token of a conversation goes in a header, never in an address, and what fails has its own words", async () => {
  const asked: { url: string; init: RequestInit }[] = [];
  const answers = [new Response(JSON.stringify({ conversation: "T" }), { status: 201 }), new Response("{}", { status: 401 }), new Response("{}", { status: 422 })];
  const hub = converseAt(CONTACT, (async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return answers.shift()!;
  }) as unknown as typeof fetch);
  assert.equal(await hub.begin("key", "01M8", "123456"), "T");
  await assert.rejects(hub.read("T"), { trouble: "code.over" });
  await assert.rejects(hub.begin("key", "01M8", "1"), { trouble: "code.wrong" });
  assert.deepEqual(asked.map((one) => one.url.split("/").at(-1)), ["conversations", "conversation", "conversations"]);
  assert.equal((asked[1]?.init.headers as Record<string, string>)["Authorization"], "Bearer T");
  assert.equal(asked[1]?.init.credentials, "omit");
});

test("a frame tells its height to a site of its list and to nobody else", () => {
  const shops = ["https://www.shop.example", "https://shop.example:8443"];
  assert.equal(siteAround(shops, ["https://www.shop.example", "https://around.example"], ""), "https://www.shop.example");
  assert.equal(siteAround(shops, ["https://evil.example", "https://www.shop.example"], "https://www.shop.example/"), null);
  assert.equal(siteAround(shops, [], "https://shop.example:8443/contact?x=1"), "https://shop.example:8443");
  for (const other of ["", "https://www.shop.example.evil.example/", "http://www.shop.example/", "null"]) assert.equal(siteAround(shops, [], other), null, other);
});

test("large files are put into the store one after the other, once, and named by their ids", async () => {
  const files = [new File([new Uint8Array(3_000_000)], "film.mp4", { type: "video/mp4" }), new File([new Uint8Array(1_000_000)], "a/b.pdf", { type: "application/pdf" })];
  const put: string[] = [];
  const shares: number[] = [];
  let fails = true;
  const store: Store = {
    ask: async (type, size) => ({ upload: `${type} ${size}`, url: "https://files.example", fields: {} }),
    put: async (room, file, sent) => {
      if (file.name !== "film.mp4" && fails) throw new UploadFailed("network");
      sent(file.size / 2);
      put.push(room.upload);
    },
  };
  const kept = new Map<File, string>();
  await assert.rejects(attached(files, store, kept, () => {}), { trouble: "network" });
  fails = false;
  const named = await attached(files, store, kept, (share) => shares.push(share));
  assert.deepEqual(named, [
    { name: "film.mp4", content_type: "video/mp4", upload: "video/mp4 3000000" },
    { name: "a_b.pdf", content_type: "application/pdf", upload: "application/pdf 1000000" },
  ]);
  assert.deepEqual(put, ["video/mp4 3000000", "application/pdf 1000000"]);
  assert.deepEqual(shares, [0.75, 0.875, 1]);
});

test("a file of the conversation is asked for at its own link, with the token in a header", async () => {
  const asked: string[] = [];
  const hub = converseAt(CONTACT, (async (url: string, init: RequestInit) => {
    asked.push(`${url} ${(init.headers as Record<string, string>)["Authorization"]}`);
    return new Response(JSON.stringify({ url: "https://files.example/x" }));
  }) as unknown as typeof fetch);
  const file = { name: "a.pdf", size: 1, link: "/api/v1/forms/contact/conversation/01M8/attachments/ab" };
  assert.equal(await hub.link("T", file), "https://files.example/x");
  assert.deepEqual(asked, ["https://api.example/v1/forms/contact/conversation/01M8/attachments/ab Bearer T"]);
});

test("a form whose check could not be made in somebody's browser could not be sent", async () => {
  const told: (string | null)[] = [];
  let options: Record<string, (answer?: string) => void> = {};
  const world = globalThis as unknown as Record<string, unknown>;
  world["turnstile"] = { render: (_place: unknown, given: typeof options) => { options = given; }, reset: () => {} };
  await showCheck({ verifier: "turnstile", site_key: "site-key" }, "", {} as HTMLElement, "pl", (answer) => told.push(answer));
  options["error-callback"]?.("110200"); // a site that it does not know
  options["callback"]?.("passed");
  options["expired-callback"]?.();
  delete world["turnstile"];
  assert.deepEqual(told, [null, "passed", ""]); // null is sent without an answer, for a person to look at
});

test("what a visitor has put right is no longer called wrong, and what the hub refused only until they change it", () => {
  const told = wrongIn(EMPTY, []);
  const written = { ...EMPTY, email: "anna@example.pl" };
  assert.deepEqual(leftWrong(told, "email", written, []), { text: "error.text" });
  assert.deepEqual(leftWrong({ text: "error.text" }, "files", written, [{ size: 1 }]), {});
  assert.deepEqual(leftWrong(told, "name", { ...EMPTY, name: "Anna" }, []), told);
  const refused = { email: "error.email", text: "error.text" };
  assert.deepEqual(leftWrong(refused, "text", { ...written, text: "a" }, []), { email: "error.email" });
  assert.deepEqual(leftWrong(refused, "email", { ...written, email: "anna@example.com" }, []), { text: "error.text" });
  assert.deepEqual(leftWrong({ email: "error.email" }, "email", { ...written, email: "anna@" }, []), { email: "error.email" });
});
