import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import { addressOf } from "../src/api/client.ts";
import { parseConfig } from "../src/config.ts";
import { challengeOf } from "../src/login/oidc.ts";
import { isStaff, parseToken } from "../src/login/session.ts";
import { mailPage, picturesOf } from "../src/mail.ts";

const root = new URL("..", import.meta.url).pathname;

function build(): { folder: string; files: Map<string, Buffer> } {
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  execFileSync("node", [join(root, "build.mjs"), folder]);
  return { folder, files: new Map(readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name))])) };
}

test("the same sources give the same bytes, in another folder too", () => {
  const [one, other] = [build(), build()];
  assert.ok(one.files.size > 4);
  assert.deepEqual(other.files, one.files);
  for (const { folder } of [one, other]) rmSync(folder, { recursive: true });
});

test("the page has no script or style of its own, and loads nothing from elsewhere", () => {
  const { folder, files } = build();
  rmSync(folder, { recursive: true });
  const page = files.get("index.html")?.toString() ?? "";
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|<style|\son\w+=|style=/);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) assert.ok(files.has(address ?? ""), address);
  for (const [name, bytes] of files) {
    const code = bytes.toString();
    assert.doesNotMatch(code, /\beval\(|new Function\(|dangerouslySetInnerHTML:/, name);
    assert.doesNotMatch(code, /url\(\s*["']?https?:|@import|import\(\s*["']https?:/, name);
    assert.ok(!code.includes(root), `${name} says where it was built`);
  }
});

// What docs/channels/web_form.md says of it.
test("the form for companies' sites is small, under a name that stays", () => {
  const { folder, files } = build();
  rmSync(folder, { recursive: true });
  const form = files.get("form.js") ?? Buffer.alloc(0);
  assert.ok(form.length > 0 && form.length <= 42_900, String(form.length));
  assert.ok(gzipSync(form, { level: 9 }).length <= 17_000);
});

test("the lock file names no host", () => {
  assert.doesNotMatch(readFileSync(join(root, "package-lock.json"), "utf8"), /"resolved"|https?:\/\/(?!opencollective|github|tidelift|www\.patreon)/);
});

test("a mail's page says what it may do before anything of the mail", () => {
  const page = mailPage("<p>Hello</p>", new Map(), "/mail.css", "pl");
  assert.ok(page.indexOf("Content-Security-Policy") < page.indexOf("Hello"));
  assert.match(page, /default-src 'none'/);
});

test("a mail's own pictures are put in, by their digest, and no others", () => {
  const digest = "ab".repeat(32);
  const html = `<img src="#attachment-${digest}"> <img data-remote="http://evil.example/x.png">`;
  assert.deepEqual(picturesOf(html), [digest]);
  const page = mailPage(html, new Map([[digest, "data:image/png;base64,AA=="]]), "/mail.css", "en");
  assert.ok(page.includes('src="data:image/png;base64,AA=="'));
  assert.ok(mailPage(html, new Map(), "/mail.css", "en").includes('src=""'));
});

test("roles and teams are read from a token, and nonsense is no login", () => {
  const claims = { sub: "ewa", exp: 2_000_000_000, "cognito:groups": ["role:agent", "team:care"], name: "Żaneta" };
  const token = `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
  const login = parseToken(token);
  assert.deepEqual([login?.subject, login?.roles, login?.teams], ["ewa", ["agent"], ["care"]]);
  assert.ok(login && isStaff(login));
  assert.ok(!isStaff({ ...login, roles: ["customer"] }));
  for (const wrong of ["", "a.b.c", "x.e30.y"]) assert.equal(parseToken(wrong), null);
});

test("the challenge of a login is the one of RFC 7636, appendix B", async () => {
  assert.equal(await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("a configuration that lacks something is refused", () => {
  const login = { kind: "oidc", issuer: "https://login.example", client_id: "c" };
  assert.equal(parseConfig({ api: "https://api.example/prod/", login }).api, "https://api.example/prod");
  assert.throws(() => parseConfig({ login }));
  assert.throws(() => parseConfig({ api: "", login: { ...login, issuer: "http://login.example" } }));
  assert.throws(() => parseConfig({ api: "", login: { kind: "other" } }));
});

test("links of the API lead to the API's host, wherever the console lies", () => {
  assert.equal(addressOf("/api", "/v1/cases"), "/api/v1/cases");
  assert.equal(addressOf("/api", "/api/v1/cases/K"), "/api/v1/cases/K");
  assert.equal(addressOf("https://api.example/prod", "/prod/v1/cases/K"), "https://api.example/prod/v1/cases/K");
});
