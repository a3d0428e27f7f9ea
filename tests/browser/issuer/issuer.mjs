// An OpenID Connect provider (https://github.com/panva/node-oidc-provider) on this machine: `node issuer.mjs SETTINGS`.
// Its own login pages take any name; people are told apart by it, and `people` of the settings says their groups.
// Over https for the browser, and over http for who fetches its keys. A line on its input makes it sign with another key
// and forget the earlier one; who is logged in stays so.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";
import MemoryAdapter from "oidc-provider/lib/adapters/memory_adapter.js";

const cookieKey = randomUUID();

const { console: page, key, cert, people, audience } = JSON.parse(process.argv[2]);

// Outlives the provider that is made anew with another key.
class Kept extends MemoryAdapter {}

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };
}

function providerAt(issuer) {
  const provider = new Provider(issuer, {
    adapter: Kept,
    clients: [{
      client_id: "console",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      redirect_uris: [page],
      post_logout_redirect_uris: [page],
    }],
    clientBasedCORS: (_, origin) => `${origin}/` === page,
    cookies: { keys: [cookieKey] },
    features: {
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined, // who does not say for which API gets a token that only the issuer reads
        getResourceServerInfo: () => ({
          scope: "", audience, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    // What an operator sets up at their issuer: groups as the hub reads them.
    extraTokenClaims: (_, token) => ({ "cognito:groups": people[token.accountId] ?? [], name: token.accountId }),
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    jwks: { keys: [signingKey()] },
    pkce: { required: () => true },
  });
  return provider.callback();
}

let answer;
const secure = createSecureServer({ key, cert }, (request, response) => answer(request, response));
const plain = createServer((request, response) => answer(request, response));
secure.listen(0, "127.0.0.1", () => plain.listen(0, "127.0.0.1", () => {
  const issuer = `https://localhost:${secure.address().port}`;
  const begin = () => {
    answer = providerAt(issuer);
    process.stdout.write(`${JSON.stringify({ issuer, keys: `http://127.0.0.1:${plain.address().port}/jwks` })}\n`);
  };
  begin();
  createInterface({ input: process.stdin }).on("line", begin).on("close", () => process.exit());
}));
