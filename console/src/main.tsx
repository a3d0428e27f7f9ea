// Begins: what is configured, who is logged in, then the console.

import { render } from "preact";
import { useState } from "preact/hooks";
import { loadConfig, type Config } from "./config.ts";
import { endLogin, finishLogin } from "./login/oidc.ts";
import { forgetLogin, isStaff, keepLogin, keptLogin, parseToken, type Login } from "./login/session.ts";
import { language, t } from "./texts.ts";
import { App } from "./views/App.tsx";
import { LoginPage, whyItFailed } from "./views/LoginPage.tsx";

function Begin({ config, first, why }: { config: Config; first: Login | null; why: string }) {
  const [login, setLogin] = useState(first);
  const [trouble, setTrouble] = useState(why);
  const leave = (reason: string) => {
    const idToken = forgetLogin();
    setTrouble(reason);
    setLogin(null);
    return idToken;
  };
  const logOut = () => {
    const idToken = leave("");
    if (config.login.kind === "oidc") endLogin(config.login, idToken).catch(() => setTrouble(t("login.still_known")));
  };
  const enter = (token: string) => {
    keepLogin(token);
    setLogin(parseToken(token));
  };
  if (!login) return <LoginPage config={config} trouble={trouble} enter={enter} />;
  return <App config={config} login={login} leave={logOut} expired={() => leave(t("login.expired"))} />;
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
        if (tokens && found && isStaff(found)) keepLogin(tokens.access, tokens.id);
        else if (tokens) why = t(found ? "login.not_staff" : "login.unreadable");
      } catch (error) {
        why = whyItFailed(error);
      }
    }
    render(<Begin config={config} first={keptLogin(Date.now())} why={why} />, root);
  } catch (error) {
    render(<main class="login"><h1>Splot</h1><p class="trouble" role="alert">{error instanceof Error ? error.message : String(error)}</p></main>, root);
  }
}

const root = document.getElementById("app");
if (root) void begin(root);
