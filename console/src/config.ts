// What the console is told by `config.json`, which lies beside its page: where the API is, and how one logs in.

export interface LocalLogin {
  kind: "local";
  url: string;
  users: string[];
}

export interface OidcLogin {
  kind: "oidc";
  issuer: string;
  client_id: string;
  scope?: string;
  resource?: string;
  prompt?: string;
}

export interface Config {
  // What stands before `/v1`: a path of the same host, or an origin with a path.
  api: string;
  login: LocalLogin | OidcLogin;
  // The teams to choose from, besides those that a login names.
  teams: string[];
}

export class WrongConfig extends Error {}

export function parseConfig(raw: unknown): Config {
  const found = raw as Partial<Config> | null;
  if (!found || typeof found.api !== "string") throw new WrongConfig("config.json: `api` is missing");
  const login = found.login as { [member: string]: unknown } | undefined;
  const complete =
    (login?.["kind"] === "oidc" && isHttps(login["issuer"]) && typeof login["client_id"] === "string") ||
    (login?.["kind"] === "local" && typeof login["url"] === "string" && Array.isArray(login["users"]));
  if (!complete) throw new WrongConfig("config.json: `login` is not complete; an issuer is an https address");
  const teams = Array.isArray(found.teams) ? found.teams.filter((team) => typeof team === "string") : [];
  return { api: found.api.replace(/\/+$/, ""), login: login as unknown as Config["login"], teams };
}

function isHttps(address: unknown): boolean {
  return typeof address === "string" && address.startsWith("https://");
}

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("config.json", { cache: "no-store" });
  if (!answer.ok) throw new WrongConfig(`config.json: the server answered ${answer.status}`);
  return parseConfig(await answer.json());
}
