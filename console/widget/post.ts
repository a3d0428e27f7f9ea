// Posts a form: what fails on its way is tried again under the same key, so that it never becomes two messages.

// `address`: the API's address of the form: what stands before `/messages`. `key`: one of its keys, "" for none.
export interface FormAt {
  address: string;
  key: string;
}

export const fieldsOf = (hub: FormAt): Record<string, string> => (hub.key ? { "Form-Key": hub.key } : {});

export interface Posted {
  case?: string;
  expected_answer_at?: string | null;
}

export interface Problem {
  // 0: no answer came.
  status: number;
  detail: string;
  field: string;
}

export type Outcome = { posted: Posted } | { problem: Problem };

export interface Way {
  // `sent`: the share of the body that has left, 0 to 1.
  send: (body: string, key: string, sent: (share: number) => void) => Promise<Answer>;
  wait: (milliseconds: number) => Promise<void>;
}

export interface Answer {
  status: number;
  body: string;
  retryAfter: number | null;
}

const PAUSES = [1_000, 4_000, 10_000];
const LONGEST_PAUSE = 30_000;
// A message that is kept but has no case yet is asked after once, unless it would have to travel long again.
const ASKED_AFTER = 4_000;
const LARGEST_ASKED_AFTER = 200_000;

export async function post(way: Way, body: string, key: string, sent: (share: number) => void, trying: () => void): Promise<Outcome> {
  for (let at = 0; ; at++) {
    const answer = await way.send(body, key, sent);
    if (answer.status === 202 && at === 0 && body.length < LARGEST_ASKED_AFTER) {
      await way.wait(ASKED_AFTER);
      const later = await way.send(body, key, () => {});
      return { posted: later.status === 201 ? parsed<Posted>(later.body) : {} };
    }
    if (answer.status === 201 || answer.status === 202) return { posted: answer.status === 201 ? parsed<Posted>(answer.body) : {} };
    const pause = PAUSES[at];
    if (pause === undefined || !isWorthAnother(answer.status)) return { problem: problemOf(answer) };
    trying();
    await way.wait(Math.min(Math.max(pause, (answer.retryAfter ?? 0) * 1_000), LONGEST_PAUSE));
  }
}

function isWorthAnother(status: number): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function problemOf(answer: Answer): Problem {
  const told = parsed<Partial<Problem>>(answer.body);
  return { status: answer.status, detail: told.detail ?? "", field: told.field ?? "" };
}

function parsed<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch {
    return {} as T; // a proxy's own page
  }
}

// fetch tells nobody how far a body has got; XMLHttpRequest does.
// `path`: below the form's address. `fields`: of the header; empty ones are left out.
export function browserWay(hub: FormAt, path: string, fields: Record<string, string> = {}): Way {
  return {
    wait: (milliseconds) => new Promise((go) => setTimeout(go, milliseconds)),
    send: (body, key, sent) =>
      new Promise((done) => {
        const request = new XMLHttpRequest();
        request.open("POST", `${hub.address}/${path}`);
        request.timeout = 120_000;
        request.setRequestHeader("Content-Type", "application/json");
        request.setRequestHeader("Idempotency-Key", key);
        for (const [name, value] of Object.entries({ ...fieldsOf(hub), ...fields })) if (value) request.setRequestHeader(name, value);
        request.upload.onprogress = (event) => event.lengthComputable && sent(event.loaded / event.total);
        request.onloadend = () => {
          const after = Number(request.status ? request.getResponseHeader("Retry-After") : null);
          done({ status: request.status, body: request.responseText, retryAfter: after || null });
        };
        request.send(body);
      }),
  };
}
