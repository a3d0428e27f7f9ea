// Login by the authorization code flow with PKCE (RFC 6749, RFC 7636, RFC 9207; OpenID Connect Discovery 1.0).

import type { OidcLogin } from "../config.ts";

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
}

export class LoginFailed extends Error {}

export async function beginLogin(config: OidcLogin): Promise<void> {
  const { authorization_endpoint } = await discover(config.issuer);
  const begun: Begun = { state: randomText(16), verifier: randomText(48), hash: location.hash };
  sessionStorage.setItem(PLACE, JSON.stringify(begun));
  const asked = new URL(authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: config.client_id,
    redirect_uri: redirectUri(),
    scope: config.scope ?? "openid",
    state: begun.state,
    code_challenge: await challengeOf(begun.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
  location.assign(asked);
}

// The access token when the page was called with an answer of the issuer, else null. Raises LoginFailed.
export async function finishLogin(config: OidcLogin, search: string): Promise<string | null> {
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
  if ((answer.get("iss") ?? endpoints.issuer) !== endpoints.issuer) throw new LoginFailed("iss");
  const told = await fetch(endpoints.token_endpoint, {
    method: "POST",
    credentials: "omit",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.client_id,
      redirect_uri: redirectUri(),
      code,
      code_verifier: begun.verifier,
    }),
  });
  const tokens = told.ok ? ((await told.json()) as { access_token?: unknown }) : {};
  if (typeof tokens.access_token !== "string") throw new LoginFailed(`token ${told.status}`);
  return tokens.access_token;
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

function redirectUri(): string {
  return location.origin + location.pathname;
}

function randomText(bytes: number): string {
  return base64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
