// Before anybody is logged in.

import { useEffect, useState } from "preact/hooks";
import type { Config } from "../config.ts";
import { askLocalLogin } from "../login/local.ts";
import { beginLogin, LoginFailed } from "../login/oidc.ts";
import { isStaff, parseToken, type Tokens } from "../login/session.ts";
import { t, tWord } from "../texts.ts";

interface Shown {
  config: Config;
  trouble: string;
  enter: (tokens: Tokens) => void;
}

export function whyItFailed(error: unknown): string {
  return error instanceof LoginFailed ? t("login.failed_by", { reason: error.message }) : t("login.failed");
}

export function LoginPage({ config, trouble, enter }: Shown) {
  const [said, setSaid] = useState(trouble);
  const [busy, setBusy] = useState(false);
  useEffect(() => setSaid(trouble), [trouble]);
  const login = config.login;
  const use = (tokens: Tokens) => {
    const found = parseToken(tokens.access);
    if (!found) setSaid(t("login.no_token"));
    else if (!isStaff(found)) setSaid(t("login.not_staff"));
    else enter(tokens);
  };
  const local = async (user: string) => {
    if (login.kind !== "local") return;
    setBusy(true);
    try {
      use(await askLocalLogin(login, { user }));
    } catch {
      setSaid(t("login.failed"));
    } finally {
      setBusy(false);
    }
  };
  const begin = () => {
    if (login.kind !== "oidc") return;
    setBusy(true);
    beginLogin(login).catch((error) => { setBusy(false); setSaid(whyItFailed(error)); });
  };
  return (
    <main class="login" id="main">
      <img src="icon.svg" alt="" width="56" height="56" />
      <h1>Splot</h1>
      <p>{t("login.about")}</p>
      {said && <p class="trouble" role="alert">{said}</p>}
      {login.kind === "oidc" && <button type="button" class="main" disabled={busy} onClick={begin}>{t("login.begin")}</button>}
      {login.kind === "local" && (
        <>
          <div class="users">
            {login.users.map((user) => (
              <button type="button" key={user} disabled={busy} onClick={() => void local(user)}>{t("login.as", { role: tWord("role", user) })}</button>
            ))}
          </div>
          <p class="quiet">{t("login.local")}</p>
          <form onSubmit={(event) => { event.preventDefault(); use({ access: String(new FormData(event.currentTarget).get("token") ?? "").trim(), id: "", refresh: "" }); }}>
            <label>{t("login.token")}<input name="token" type="password" autoComplete="off" required /></label>
            <button type="submit">{t("login.use")}</button>
          </form>
        </>
      )}
    </main>
  );
}
