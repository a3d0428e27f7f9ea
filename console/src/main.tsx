// Begins: what is configured, who is logged in, then the console.

import { render } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { loadConfig, type Config } from "./config.ts";
import { forgetAll } from "./kept.ts";
import { askLocalLogin } from "./login/local.ts";
import { endLogin, finishLogin, renewTokens } from "./login/oidc.ts";
import { LoginKeeper, type World } from "./login/renewal.ts";
import { heldAtFirst, isStaff, keepHeld, parseToken, readHeld, type Held, type Login } from "./login/session.ts";
import { browserTabs } from "./login/tabs.ts";
import { language, t } from "./texts.ts";
import { App } from "./views/App.tsx";
import { LoginPage, whyItFailed } from "./views/LoginPage.tsx";

function browserWorld(config: Config): World {
  const login = config.login;
  return {
    now: () => Date.now(),
    later: (act, after) => {
      const timer = setTimeout(act, after);
      return () => clearTimeout(timer);
    },
    store: sessionStorage,
    tabs: browserTabs(),
    ask: (refresh) => (login.kind === "oidc" ? renewTokens(login, refresh) : askLocalLogin(login, { refresh_token: refresh })),
  };
}

interface Entered {
  keeper: LoginKeeper;
  login: Login;
}

function Begin({ config, first, why }: { config: Config; first: Held | null; why: string }) {
  const world = useMemo(() => browserWorld(config), [config]);
  const entered = (held: Held): Entered | null => {
    const login = parseToken(held.access);
    if (!login) return null;
    const keeper: LoginKeeper = new LoginKeeper(held, login, world, {
      ended: () => { forgetThem(); setTrouble(""); setWho(null); },
      changed: (login) => setWho({ keeper, login }),
    });
    return { keeper, login };
  };
  const [who, setWho] = useState<Entered | null>(() => first && entered(first));
  const [trouble, setTrouble] = useState(why);
  // Whoever logged out leaves nothing behind, also not the draft that the page keeps as it goes: effects run behind that.
  const left = useRef(false);
  const forgetThem = () => {
    left.current = true;
    forgetAll(localStorage);
  };
  useEffect(() => {
    if (!who && left.current) forgetAll(localStorage);
    left.current = false;
  }, [who]);
  if (!who) return <LoginPage config={config} trouble={trouble} enter={(tokens) => setWho(entered(heldAtFirst(tokens, Date.now())))} />;
  const expired = () => {
    who.keeper.forget();
    setTrouble(t("login.expired"));
    setWho(null);
  };
  const logOut = () => {
    const tokens = who.keeper.leave();
    forgetThem();
    setTrouble("");
    setWho(null);
    if (config.login.kind === "oidc") endLogin(config.login, tokens).catch(() => setTrouble(t("login.still_known")));
  };
  return <App config={config} login={who.login} keeper={who.keeper} leave={logOut} expired={expired} />;
}

async function begin(root: HTMLElement): Promise<void> {
  document.documentElement.lang = language;
  try {
    const config = await loadConfig();
    let why = "";
    if (config.login.kind === "oidc") {
      try {
        const tokens = await finishLogin(config.login, location.search);
        const found = tokens && parseToken(tokens.access);
        if (tokens && found && isStaff(found)) keepHeld(sessionStorage, heldAtFirst(tokens, Date.now()));
        else if (tokens) why = t(found ? "login.not_staff" : "login.unreadable");
      } catch (error) {
        why = whyItFailed(error);
      }
    }
    render(<Begin config={config} first={readHeld(sessionStorage, Date.now())} why={why} />, root);
  } catch (error) {
    render(<main class="login"><h1>Splot</h1><p class="trouble" role="alert">{error instanceof Error ? error.message : String(error)}</p></main>, root);
  }
}

const root = document.getElementById("app");
if (root) void begin(root);
