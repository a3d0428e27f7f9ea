import assert from "node:assert/strict";
import { test } from "node:test";
import { call, Refused } from "../src/api/client.ts";
import { LoginKeeper, RenewalRefused, type Said, type Tabs, type World } from "../src/login/renewal.ts";
import { heldAtFirst, parseToken, readHeld, type Held, type Tokens } from "../src/login/session.ts";

const HOUR = 3_600_000;

function token(number: number, change: Record<string, unknown> = {}): string {
  const claims = { sub: "ewa", iat: 1000, exp: 1000 + HOUR / 1000, jti: number, "cognito:groups": ["role:agent", "team:care"], ...change };
  return `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;
}

function tokens(number: number, change: Record<string, unknown> = {}): Tokens {
  return { access: token(number, change), id: "", refresh: `refresh-${number}` };
}

// A browser: its tabs hear each other, and its clock and timers stand still until they are moved.
class Browser {
  at = 50 * HOUR; // far from what the tokens say: its clock is wrong
  private timers: { at: number; act: () => void }[] = [];
  private tabs: ((said: Said) => void)[] = [];
  private turn: Promise<unknown> = Promise.resolve();

  tab(ask: (refresh: string) => Promise<Tokens>): World {
    const items = new Map<string, string>();
    const store = {
      getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    } as unknown as Storage;
    const own: ((said: Said) => void)[] = [];
    const tabs: Tabs = {
      say: (said) => { for (const hear of this.tabs) if (!own.includes(hear)) setImmediate(() => hear(structuredClone(said))); },
      hear: (hear) => { own.push(hear); this.tabs.push(hear); },
      alone: async (_, act) => {
        const mine = this.turn.then(act);
        this.turn = mine.catch(() => {});
        return await mine;
      },
    };
    const later = (act: () => void, after: number) => {
      const timer = { at: this.at + after, act };
      this.timers.push(timer);
      return () => { this.timers = this.timers.filter((one) => one !== timer); };
    };
    return { now: () => this.at, later, store, tabs, ask };
  }

  async pass(time: number): Promise<void> {
    await settled();
    for (const until = this.at + time; ; ) {
      const due = this.timers.filter((one) => one.at <= until).sort((one, other) => one.at - other.at)[0];
      if (!due) return void (this.at = until);
      this.timers = this.timers.filter((one) => one !== due);
      this.at = Math.max(this.at, due.at);
      due.act();
      await settled();
    }
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

function keeperIn(world: World, held: Held, told: string[] = []): LoginKeeper {
  const login = parseToken(held.access);
  assert.ok(login);
  const say = { ended: () => told.push("ended"), changed: (one: { roles: string[] }) => told.push(one.roles.join()) };
  return new LoginKeeper(held, login, world, say);
}

function issuer(change: Record<string, unknown> = {}): { asked: string[]; ask: (refresh: string) => Promise<Tokens> } {
  const asked: string[] = [];
  return { asked, ask: async (refresh) => { asked.push(refresh); return tokens(asked.length, change); } };
}

test("a token is renewed a minute before it ends, however wrong the computer's clock is, and again an hour later", async () => {
  const browser = new Browser();
  const { asked, ask } = issuer();
  const keeper = keeperIn(browser.tab(ask), heldAtFirst(tokens(0), browser.at));
  await browser.pass(HOUR - 61_000);
  assert.deepEqual(asked, []);
  await browser.pass(2_000);
  assert.deepEqual(asked, ["refresh-0"]);
  assert.equal(keeper.access, token(1));
  await browser.pass(HOUR);
  assert.deepEqual(asked, ["refresh-0", "refresh-1"]);
});

test("many calls that are refused at once lead to one renewal", async () => {
  const browser = new Browser();
  const { asked, ask } = issuer();
  const keeper = keeperIn(browser.tab(ask), heldAtFirst(tokens(0), browser.at));
  const all = Promise.all([keeper.renew(token(0)), keeper.renew(token(0)), keeper.renew(token(0))]);
  await browser.pass(1_000);
  assert.deepEqual(await all, ["renewed", "renewed", "renewed"]);
  assert.equal(await keeper.renew(token(0)), "renewed"); // a call that was on its way meanwhile
  assert.deepEqual(asked, ["refresh-0"]);
});

test("tabs that were copied from each other spend each refresh token once, and each has what it brought", async () => {
  const browser = new Browser();
  const { asked, ask } = issuer();
  const held = heldAtFirst(tokens(0), browser.at);
  const [one, other] = [keeperIn(browser.tab(ask), held), keeperIn(browser.tab(ask), held)];
  const both = Promise.all([one.renew(token(0)), other.renew(token(0))]);
  await browser.pass(2_000);
  assert.deepEqual(await both, ["renewed", "renewed"]);
  assert.deepEqual(asked, ["refresh-0"]);
  assert.equal(other.access, one.access);
  await browser.pass(HOUR);
  assert.deepEqual(asked, ["refresh-0", "refresh-1"]);
});

test("a tab that was copied from one that has been renewed since asks it, and does not spend what is spent", async () => {
  const browser = new Browser();
  const { asked, ask } = issuer();
  const held = heldAtFirst(tokens(0), browser.at);
  const one = keeperIn(browser.tab(ask), held);
  void one.renew(token(0));
  await browser.pass(1_000);
  const late = keeperIn(browser.tab(ask), held);
  const renewal = late.renew(token(0));
  await browser.pass(1_000);
  assert.equal(await renewal, "renewed");
  assert.deepEqual(asked, ["refresh-0"]);
  assert.equal(late.access, token(1));
});

test("who has logged in by themselves in another tab is asked nothing and told nothing", async () => {
  const browser = new Browser();
  const { asked, ask } = issuer();
  const one = keeperIn(browser.tab(ask), heldAtFirst(tokens(0), browser.at));
  const told: string[] = [];
  const stranger = keeperIn(browser.tab(ask), heldAtFirst(tokens(50), browser.at), told);
  void one.renew(token(0));
  await browser.pass(1_000);
  one.leave();
  await browser.pass(1_000);
  assert.deepEqual([asked, told, stranger.access], [["refresh-0"], [], token(50)]);
});

test("what the issuer refuses is over, but the token that one still has is good for its time", async () => {
  const browser = new Browser();
  const world = browser.tab(async () => { throw new RenewalRefused("invalid_grant"); });
  const keeper = keeperIn(world, heldAtFirst(tokens(0), browser.at));
  const renewal = keeper.renew(token(0));
  await browser.pass(1_000);
  assert.equal(await renewal, "over");
  assert.equal(readHeld(world.store, browser.at)?.access, token(0));
  assert.equal(readHeld(world.store, browser.at + HOUR), null);
});

test("an issuer that does not answer is asked again, and nobody is logged out by it", async () => {
  const browser = new Browser();
  let fails = 2;
  const { asked, ask } = issuer();
  const world = browser.tab(async (refresh) => { if (fails-- > 0) throw new TypeError("network"); return await ask(refresh); });
  const keeper = keeperIn(world, heldAtFirst(tokens(0), browser.at));
  const renewal = keeper.renew(token(0));
  await browser.pass(1_000);
  assert.equal(await renewal, "unreachable");
  await browser.pass(70_000);
  assert.deepEqual(asked, ["refresh-0"]);
  assert.equal(keeper.access, token(1));
});

test("tokens that are over at once, by a clock that goes wrong or in truth, are not asked for over and over", async () => {
  for (const change of [{ iat: undefined }, { iat: 1000, exp: 1000 }]) {
    const browser = new Browser();
    const { asked, ask } = issuer(change);
    keeperIn(browser.tab(ask), heldAtFirst(tokens(0), browser.at));
    await browser.pass(HOUR);
    assert.ok(asked.length > 0 && asked.length <= 3, String(asked.length));
  }
});

test("however many calls are refused while the issuer does not answer, it is asked now and then", async () => {
  const browser = new Browser();
  let asked = 0;
  const world = browser.tab(async () => { asked++; throw new TypeError("network"); });
  const keeper = keeperIn(world, heldAtFirst(tokens(0), browser.at));
  for (let second = 0; second < 60; second++) {
    void keeper.renew(token(0));
    await browser.pass(1_000);
  }
  assert.ok(asked > 5 && asked <= 13, String(asked));
});

test("a renewed token of somebody else, or of nobody of ours, is not taken, and roles that changed are told", async () => {
  for (const change of [{ sub: "jan" }, { "cognito:groups": ["role:customer"] }]) {
    const browser = new Browser();
    const keeper = keeperIn(browser.tab(issuer(change).ask), heldAtFirst(tokens(0), browser.at));
    const renewal = keeper.renew(token(0));
    await browser.pass(1_000);
    assert.equal(await renewal, "over");
    assert.equal(keeper.access, token(0));
  }
  const browser = new Browser();
  const told: string[] = [];
  const keeper = keeperIn(browser.tab(issuer({ "cognito:groups": ["role:supervisor"] }).ask), heldAtFirst(tokens(0), browser.at), told);
  void keeper.renew(token(0));
  await browser.pass(1_000);
  assert.deepEqual(told, ["supervisor"]);
});

test("who logs out takes the tokens along, also from tabs that were copied", async () => {
  const browser = new Browser();
  const { asked, ask } = issuer();
  const held = heldAtFirst(tokens(0), browser.at);
  const [here, there] = [browser.tab(ask), browser.tab(ask)];
  const told: string[] = [];
  const [one, other] = [keeperIn(here, held), keeperIn(there, held, told)];
  assert.equal(one.leave().refresh, "refresh-0");
  await browser.pass(2 * HOUR);
  assert.deepEqual([readHeld(here.store, 0), readHeld(there.store, 0), told, asked], [null, null, ["ended"], []]);
  assert.equal(await other.renew(token(0)), "over");
});

test("an issuer that gives no other refresh token goes on with the first, and one that gives none is not asked", async () => {
  const browser = new Browser();
  const asked: string[] = [];
  const ask = async (refresh: string) => { asked.push(refresh); return { ...tokens(asked.length), refresh: "" }; };
  keeperIn(browser.tab(ask), heldAtFirst(tokens(0), browser.at));
  await browser.pass(2 * HOUR);
  assert.deepEqual(asked, ["refresh-0", "refresh-0"]);
  const later = new Browser();
  const without = keeperIn(later.tab(ask), heldAtFirst({ ...tokens(0), refresh: "" }, later.at));
  const renewal = without.renew(token(0));
  await later.pass(HOUR);
  assert.equal(await renewal, "over");
  assert.equal(asked.length, 2);
});

test("a call that is refused is made once more under its key, and says that nobody answers while nobody does", async () => {
  const before = globalThis.fetch;
  const made: [string | null, string | null][] = [];
  let held = "old";
  const session = { base: "", token: () => held, renew: async () => { held = "new"; return "renewed" as const; }, expired: () => assert.fail() };
  globalThis.fetch = async (_, asked) => {
    const headers = new Headers(asked?.headers);
    made.push([headers.get("Authorization"), headers.get("Idempotency-Key")]);
    return headers.get("Authorization") === "Bearer new" ? Response.json({ done: true }) : new Response("{}", { status: 401 });
  };
  try {
    assert.deepEqual(await call(session, "/v1/cases", { method: "POST", body: {} }), { done: true });
    assert.deepEqual(made.map(([token]) => token), ["Bearer old", "Bearer new"]);
    assert.equal(made[0]?.[1], made[1]?.[1]);
    held = "old";
    const unsure = { ...session, renew: async () => "unreachable" as const };
    const failed = await call(unsure, "/v1/cases").catch((error: unknown) => error);
    assert.equal((failed as Refused).problem.code, "unreachable");
  } finally {
    globalThis.fetch = before;
  }
});
