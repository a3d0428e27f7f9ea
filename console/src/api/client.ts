// One call of the API: with the token, JSON in both directions, problem documents as errors.

import type { Renewal } from "../login/renewal.ts";
import type { Problem } from "./types.ts";

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

export interface Asked {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  // The version of the case that was read, for If-Match.
  version?: number;
  // The same for every repetition of one wish. Writes get a new one when it is left out.
  key?: string;
}

export interface Session {
  base: string;
  token: () => string;
  // Asks for another token in place of one that was refused.
  renew: (refused: string) => Promise<Renewal>;
  // There is none any more.
  expired: () => void;
}

// Links in answers already begin with what stands before `/v1` in paths; our own paths do not.
export function addressOf(base: string, path: string): string {
  if (path.startsWith("/v1")) return base + path;
  return base.startsWith("http") ? new URL(path, base).href : path;
}

export async function call<T>(session: Session, path: string, asked: Asked = {}): Promise<T> {
  const method = asked.method ?? "GET";
  const headers: Record<string, string> = {};
  if (method !== "GET") headers["Idempotency-Key"] = asked.key ?? crypto.randomUUID();
  if (asked.body !== undefined) headers["Content-Type"] = "application/json";
  if (asked.version !== undefined) headers["If-Match"] = `"${asked.version}"`;
  const body = asked.body === undefined ? null : JSON.stringify(asked.body);
  const fetchWith = async (token: string): Promise<Response> => {
    try {
      return await fetch(addressOf(session.base, path), {
        method,
        headers: { ...headers, Authorization: `Bearer ${token}` },
        body,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
      });
    } catch {
      throw unreachable();
    }
  };
  const token = session.token();
  let answer = await fetchWith(token);
  if (answer.status === 401) {
    // It was refused at the door, so nothing has happened; its key makes sure of that.
    const renewal = await session.renew(token);
    if (renewal === "unreachable") throw unreachable();
    if (renewal === "renewed") answer = await fetchWith(session.token());
    if (answer.status === 401) session.expired();
  }
  if (!answer.ok) throw new Refused(await problemOf(answer));
  if (answer.headers.get("Content-Type")?.startsWith("text/csv")) return (await answer.text()) as T;
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

function unreachable(): Refused {
  return new Refused({ status: 0, code: "unreachable", detail: "", field: null });
}

async function problemOf(answer: Response): Promise<Problem> {
  try {
    const body = (await answer.json()) as Partial<Problem>;
    return { status: answer.status, code: body.code ?? codeOfStatus(answer.status), detail: body.detail ?? "", field: body.field ?? null };
  } catch {
    return { status: answer.status, code: codeOfStatus(answer.status), detail: "", field: null };
  }
}

// Of an answer that is no problem document of the hub, but of what stands before it.
function codeOfStatus(status: number): Problem["code"] {
  if (status === 413) return "too_large";
  if (status === 429) return "too_fast";
  return status >= 500 ? "no_answer" : "unexpected";
}
