// The tokens of a login are renewed before the access token ends, and when the hub refuses it, without anybody noticing
// (RFC 6749, 6; RFC 9700, 4.14). Where the issuer gives a new refresh token each time, the one before is spent, and whoever
// used it again would end the login: so one renewal runs at a time, also over tabs that were copied from each other,
// and what it brings all of them have.

import { endOf, forgetHeld, isStaff, keepHeld, parseToken, type Held, type Login, type Tokens } from "./session.ts";

// `over`: it takes a new login. `unreachable`: nobody can say yet.
export type Renewal = "renewed" | "over" | "unreachable";

// What the issuer has answered when it does not go on: its own word for it.
export class RenewalRefused extends Error {}

export type Said = { family: string } & ({ held: Held } | { wanted: number } | { left: true });

export interface Tabs {
  say: (said: Said) => void;
  hear: (hear: (said: Said) => void) => void;
  // Runs `act` while no tab runs another of that name.
  alone: <T>(name: string, act: () => Promise<T>) => Promise<T>;
}

export interface World {
  now: () => number;
  later: (act: () => void, after: number) => () => void;
  store: Storage;
  tabs: Tabs;
  // Raises RenewalRefused.
  ask: (refresh: string) => Promise<Tokens>;
}

const BEFORE_ITS_END = 60_000;
const AGAIN_AFTER = 30_000;
const REST = 5_000; // of an issuer that did not answer, however many calls want a token
const LONGEST_TIMER = 86_400_000;
const HEARD_WITHIN = 300; // for another tab to say what it was given

export class LoginKeeper {
  private held: Held;
  private running: Promise<Renewal> | null = null;
  private cancel = () => {};
  private gone = false;
  private resting = 0;
  private heard = () => {};

  // `ended`: the login was ended in another tab. `changed`: the login may do something else than before.
  constructor(
    held: Held, private login: Login, private readonly world: World,
    private readonly told: { ended: () => void; changed: (login: Login) => void },
  ) {
    this.held = held;
    world.tabs.hear((said) => this.hear(said));
    this.keep(held);
  }

  get access(): string {
    return this.held.access;
  }

  // `refused`: the access token that is to be replaced.
  renew(refused: string): Promise<Renewal> {
    if (this.gone) return Promise.resolve("over");
    if (this.held.access !== refused) return Promise.resolve("renewed");
    if (this.world.now() < this.resting) return Promise.resolve("unreachable");
    this.running ??= this.world.tabs.alone(`splot.login.${this.held.family}`, () => this.renewAlone(refused))
      .finally(() => { this.running = null; });
    return this.running;
  }

  // Gives back the tokens, for whoever tells the issuer.
  leave(): Tokens {
    if (!this.gone) this.world.tabs.say({ family: this.held.family, left: true });
    this.forget();
    return this.held;
  }

  // Of this tab alone: the login is over.
  forget(): void {
    this.gone = true;
    this.cancel();
    forgetHeld(this.world.store);
  }

  private async renewAlone(refused: string): Promise<Renewal> {
    await this.askOthers();
    if (this.gone) return "over";
    if (this.held.access !== refused) return "renewed"; // another tab was faster
    if (!this.held.refresh) return "over";
    let tokens: Tokens;
    try {
      tokens = await this.world.ask(this.held.refresh);
    } catch (error) {
      if (!(error instanceof RenewalRefused)) {
        this.resting = this.world.now() + REST;
        this.plan(AGAIN_AFTER);
        return "unreachable";
      }
      this.keep({ ...this.held, refresh: "" }); // the access token is good for as long as it is
      return "over";
    }
    if (this.gone) return "over";
    const found = parseToken(tokens.access);
    if (!found || found.subject !== this.login.subject || !isStaff(found)) return "over";
    const { family, count } = this.held;
    const refresh = tokens.refresh || this.held.refresh; // who gives no other one goes on taking this one
    const id = tokens.id || this.held.id;
    this.take({ access: tokens.access, id, refresh, family, count: count + 1, until: endOf(tokens.access, this.world.now()) }, found);
    this.world.tabs.say({ family, held: this.held });
    return "renewed";
  }

  private async askOthers(): Promise<void> {
    const heard = new Promise<void>((resolve) => { this.heard = resolve; });
    this.world.tabs.say({ family: this.held.family, wanted: this.held.count });
    let cancel = () => {};
    const waited = new Promise<void>((resolve) => { cancel = this.world.later(resolve, HEARD_WITHIN); });
    await Promise.race([heard, waited]);
    cancel();
  }

  private hear(said: Said): void {
    if (this.gone || said.family !== this.held.family) return;
    if ("left" in said) {
      this.forget();
      this.told.ended();
    } else if ("wanted" in said) {
      if (this.held.count > said.wanted) this.world.tabs.say({ family: this.held.family, held: this.held });
    } else if (said.held.count > this.held.count) {
      const found = parseToken(said.held.access);
      if (found) this.take(said.held, found);
      this.heard();
    }
  }

  private take(held: Held, login: Login): void {
    this.keep(held, AGAIN_AFTER);
    if (isSame(login, this.login)) return;
    this.login = login;
    this.told.changed(login);
  }

  // `soonest`: not before is it renewed by itself. One that was given just now and seems over already tells of a clock
  // that is wrong: then the hub says when it has ended.
  private keep(held: Held, soonest = 0): void {
    this.held = held;
    keepHeld(this.world.store, held);
    this.cancel();
    const left = held.until - this.world.now();
    if (left > 0 || !soonest) this.plan(Math.max(soonest, left - Math.min(BEFORE_ITS_END, left / 4)));
  }

  private plan(after: number): void {
    this.cancel();
    if (!this.held.refresh || this.gone) return;
    this.cancel = this.world.later(() => void this.renew(this.held.access), Math.max(0, Math.min(after, LONGEST_TIMER)));
  }
}

function isSame(one: Login, other: Login): boolean {
  const said = (login: Login) => JSON.stringify([[...login.roles].sort(), [...login.teams].sort()]);
  return said(one) === said(other);
}
