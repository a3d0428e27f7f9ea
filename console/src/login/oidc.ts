// Login by the authorization code flow with PKCE (RFC 6749, RFC 7009, RFC 7636, RFC 8707, RFC 9207; OpenID Connect
// Discovery 1.0, OpenID Connect RP-Initiated Logout 1.0).

import type { OidcLogin } from "../config.ts";
import { RenewalRefused } from "./renewal.ts";
import type { Tokens } from "./session.ts";

const PLACE = "splot.login";

interface Begun {
  state: string;
  verifier: string;
  // Where in the console one was.
  hash: string;
}

interface Endpoints {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
  revocation_endpoint?: string;
  authorization_response_iss_parameter_supported?: boolean;
}

// The text is for whoever set the login up.
export class LoginFailed extends Error {}

export async function beginLogin(config: OidcLogin): Promise<void> {
  const { authorization_endpoint } = await discover(config.issuer);
  const begun: Begun = { state: randomText(16), verifier: randomText(48), hash: location.hash };
  sessionStorage.setItem(PLACE, JSON.stringify(begun));
  const asked = new URL(authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: config.client_id,
    redirect_uri: ownAddress(),
    scope: config.scope ?? "openid",
    state: begun.state,
    code_challenge: await challengeOf(begun.verifier),
    code_challenge_method: "S256",
    ...(config.prompt ? { prompt: config.prompt } : {}),
    ...wantedResource(config),
  };
  for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
  location.assign(asked);
}

// The tokens when the page was called with an answer of the issuer, else null. Raises LoginFailed.
export async function finishLogin(config: OidcLogin, search: string): Promise<Tokens | null> {
  const answer = new URLSearchParams(search);
  if (!answer.has("state")) return null;
  const kept = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  const begun = kept ? (JSON.parse(kept) as Begun) : null;
  history.replaceState(null, "", location.pathname + (begun?.hash ?? ""));
  if (!begun || answer.get("state") !== begun.state) throw new LoginFailed("state");
  const code = answer.get("code");
  if (!code) throw new LoginFailed(answer.get("error") ?? "code");
  const endpoints = await discover(config.issuer);
  const named = answer.get("iss") ?? (endpoints.authorization_response_iss_parameter_supported ? "" : endpoints.issuer);
  if (named !== endpoints.issuer) throw new LoginFailed("iss");
  const told = await askForTokens(endpoints, {
    grant_type: "authorization_code",
    client_id: config.client_id,
    redirect_uri: ownAddress(),
    code,
    code_verifier: begun.verifier,
    ...wantedResource(config),
  });
  if (typeof told === "string") throw new LoginFailed(told);
  return told;
}

// Raises RenewalRefused, and anything else where nobody can say.
export async function renewTokens(config: OidcLogin, refresh: string): Promise<Tokens> {
  const asked = { grant_type: "refresh_token", client_id: config.client_id, refresh_token: refresh };
  const told = await askForTokens(await discover(config.issuer), { ...asked, ...wantedResource(config) });
  if (typeof told === "string") throw new RenewalRefused(told);
  return told;
}

// What was refused, in the issuer's words, or the tokens. Raises LoginFailed where it says that it cannot answer now.
async function askForTokens(endpoints: Endpoints, asked: Record<string, string>): Promise<Tokens | string> {
  const told = await fetch(endpoints.token_endpoint, { method: "POST", credentials: "omit", body: new URLSearchParams(asked) });
  if (told.status >= 500 || told.status === 429) throw new LoginFailed(`token ${told.status}`);
  const tokens = (await told.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (name: string) => (typeof tokens[name] === "string" ? tokens[name] : "");
  if (!told.ok || !text("access_token")) return `token ${told.status} ${text("error")}`.trim();
  return { access: text("access_token"), id: text("id_token"), refresh: text("refresh_token") };
}

// Takes the refresh token back, and ends the session at the issuer too, so that the next one at this browser is asked who
// they are. Raises LoginFailed where the issuer does not say how.
export async function endLogin(config: OidcLogin, tokens: Tokens): Promise<void> {
  const { end_session_endpoint, revocation_endpoint } = await discover(config.issuer);
  if (tokens.refresh && revocation_endpoint?.startsWith("https://")) revoke(config, revocation_endpoint, tokens.refresh);
  if (!end_session_endpoint?.startsWith("https://")) throw new LoginFailed("end_session_endpoint");
  const asked = new URL(end_session_endpoint);
  asked.searchParams.set("client_id", config.client_id);
  asked.searchParams.set("post_logout_redirect_uri", ownAddress());
  // Cognito has a name of its own for it: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
  asked.searchParams.set("logout_uri", ownAddress());
  if (tokens.id) asked.searchParams.set("id_token_hint", tokens.id);
  location.assign(asked);
}

// Nobody waits for the answer, which not every issuer lets a page read: it goes out also when the page is left.
function revoke(config: OidcLogin, endpoint: string, refresh: string): void {
  const asked = { client_id: config.client_id, token: refresh, token_type_hint: "refresh_token" };
  const body = new URLSearchParams(asked);
  fetch(endpoint, { method: "POST", credentials: "omit", mode: "no-cors", keepalive: true, body }).catch(() => {});
}

export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

async function discover(issuer: string): Promise<Endpoints> {
  const answer = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, { credentials: "omit" });
  const found = answer.ok ? ((await answer.json()) as Endpoints) : null;
  const secure = found && [found.authorization_endpoint, found.token_endpoint].every((url) => url.startsWith("https://"));
  if (!found || found.issuer !== issuer || !secure) throw new LoginFailed("discovery");
  return found;
}

// Which API the token is for, where the issuer wants to be told (RFC 8707).
function wantedResource(config: OidcLogin): Record<string, string> {
  return config.resource ? { resource: config.resource } : {};
}

// As the issuer knows it, also when somebody opened `index.html`.
function ownAddress(): string {
  return new URL(".", location.href).href;
}

function randomText(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
