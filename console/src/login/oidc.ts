// Login by the authorization code flow with PKCE (RFC 6749, RFC 7636, RFC 8707, RFC 9207; OpenID Connect Discovery 1.0,
// OpenID Connect RP-Initiated Logout 1.0).

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
  end_session_endpoint?: string;
  authorization_response_iss_parameter_supported?: boolean;
}

export interface Tokens {
  access: string;
  // Only to tell the issuer who leaves; "" where it gave none.
  id: string;
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
  const told = await fetch(endpoints.token_endpoint, {
    method: "POST",
    credentials: "omit",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.client_id,
      redirect_uri: ownAddress(),
      code,
      code_verifier: begun.verifier,
      ...wantedResource(config),
    }),
  });
  const tokens = (await told.json().catch(() => ({}))) as { access_token?: unknown; id_token?: unknown; error?: unknown };
  if (!told.ok || typeof tokens.access_token !== "string") throw new LoginFailed(`token ${told.status} ${tokens.error ?? ""}`.trim());
  return { access: tokens.access_token, id: typeof tokens.id_token === "string" ? tokens.id_token : "" };
}

// Ends the session at the issuer too, so that the next one at this browser is asked who they are. Raises LoginFailed where
// the issuer does not say how.
export async function endLogin(config: OidcLogin, idToken: string): Promise<void> {
  const { end_session_endpoint } = await discover(config.issuer);
  if (!end_session_endpoint?.startsWith("https://")) throw new LoginFailed("end_session_endpoint");
  const asked = new URL(end_session_endpoint);
  asked.searchParams.set("client_id", config.client_id);
  asked.searchParams.set("post_logout_redirect_uri", ownAddress());
  // Cognito has a name of its own for it: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
  asked.searchParams.set("logout_uri", ownAddress());
  if (idToken) asked.searchParams.set("id_token_hint", idToken);
  location.assign(asked);
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
