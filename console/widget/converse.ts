// Going on with the case: a code to the address, a token for two hours that stays in memory, reading and writing.

import { fieldsOf, type FormAt } from "./post.ts";

export interface Point {
  kind: "email" | "phone";
  value: string;
}

export interface SaidFile {
  name: string;
  size: number;
  link: string;
}

export interface Said {
  id: string;
  at: string;
  direction: "in" | "out";
  text: string;
  files: SaidFile[];
}

export interface Conversation {
  case: string;
  status: "open" | "closed";
  expected_answer_at: string | null;
  entries: Said[];
}

// Why something did not work; `over`: the conversation has to be begun anew.
export type Trouble = "code.wrong" | "code.too_many" | "code.impossible" | "code.over" | "error.busy" | "error.network" | "code.not_here";

export class Failed extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

export function converseAt(form: FormAt, ask: typeof fetch = fetch) {
  const call = async <T>(method: "GET" | "POST", path: string, body: object | null, token: string, ways: Record<number, Trouble>): Promise<T> => {
    let answer: Response;
    try {
      answer = await ask(`${form.address}/${path}`, {
        method,
        headers: {
          ...fieldsOf(form),
          ...(body ? { "Content-Type": "application/json" } : {}),
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
        },
        body: body && JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
    } catch {
      throw new Failed("error.network");
    }
    if (!answer.ok) throw new Failed(ways[answer.status] ?? "error.busy");
    return (await answer.json()) as T;
  };
  return {
    // Gives the id of what is to be proved.
    askCode: async (point: Point, language: string) =>
      (await call<{ verification: string }>("POST", "verifications", { ...point, language }, "", { 429: "code.too_many", 400: "code.impossible", 422: "code.impossible" })).verification,
    // Gives the token.
    begin: async (postedUnder: string, verification: string, code: string) =>
      (await call<{ conversation: string }>("POST", "conversations", { posted_under: postedUnder, verification, code }, "", { 400: "code.wrong", 422: "code.wrong", 404: "code.not_here" })).conversation,
    // Gives the address to download it from, for minutes.
    link: async (token: string, file: SaidFile) =>
      (await call<{ url: string }>("GET", `conversation/${file.link.split("/conversation/")[1] ?? ""}`, null, token, { 401: "code.over", 404: "code.not_here" })).url,
    read: (token: string) => call<Conversation>("GET", "conversation", null, token, { 401: "code.over", 404: "code.not_here" }),
  };
}
