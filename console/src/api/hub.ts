// The operations of the API that the console uses, by name.

import type { PostedFile } from "../files.ts";
import { call, type Session } from "./client.ts";
import type {
  Agent, Broadcast, Case, CaseInList, ChangePage, Channel, ClockExplained, Customer, Entry, FilledTemplate, Incident, ListedTask, Merge, MergePreview, ParkedLook, ParkedRelease, Preferences, Preview, ReplyMade, Step,
  Suggestion, Template, WaitingMessage,
} from "./types.ts";

export type List = { kind: "mine" } | { kind: "team"; team: string } | { kind: "unassigned"; team: string };

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Draft {
  text: string;
  channel?: Channel;
  subject?: string;
  to?: string;
}

export interface Read {
  messages_read: number;
  version_read: number;
}

export type Hub = ReturnType<typeof hubFor>;

const part = encodeURIComponent;

export function hubFor(session: Session) {
  const get = <T>(path: string) => call<T>(session, path);
  const send = <T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown, key?: string) =>
    call<T>(session, path, { method, ...(body === undefined ? {} : { body }), ...(key ? { key } : {}) });
  const of = (reference: string) => `/v1/cases/${part(reference)}`;

  return {
    async cases(list: List, cursor: string | null = null, limit = 50): Promise<Page<CaseInList>> {
      const query = new URLSearchParams({ limit: String(limit) });
      if (list.kind === "mine") query.set("assignee", "me");
      else query.set(list.kind === "team" ? "team" : "unassigned_in", list.team);
      if (cursor) query.set("cursor", cursor);
      const page = await get<{ cases: CaseInList[]; next: string | null }>(`/v1/cases?${query}`);
      return { items: page.cases, next: page.next };
    },
    readCase: (reference: string) => get<Case>(of(reference)),
    explanation: async (reference: string) =>
      (await get<{ clocks: ClockExplained[] }>(`${of(reference)}/explanation`)).clocks,
    async thread(customer: string, cursor: string | null = null, limit = 50): Promise<Page<Entry>> {
      const query = new URLSearchParams({ limit: String(limit), ...(cursor ? { cursor } : {}) });
      const page = await get<{ entries: Entry[]; next: string | null }>(`/v1/customers/${part(customer)}/thread?${query}`);
      return { items: page.entries, next: page.next };
    },
    entry: (customer: string, id: string) => get<Entry>(`/v1/customers/${part(customer)}/entries/${part(id)}`),
    // By an e-mail address or a number, as people write it; null when nobody has it.
    findCustomer: async (point: string) =>
      (await get<{ customers: Customer[] }>(`/v1/customers?contact_point=${part(point)}`)).customers[0] ?? null,
    customer: (id: string) => get<Customer>(`/v1/customers/${part(id)}`),
    preferences: (id: string) => get<Preferences>(`/v1/customers/${part(id)}/preferences`),
    // What has changed behind `since`; null asks where the feed stands now.
    changes: (since: string | null) => get<ChangePage>(`/v1/changes${since ? `?since=${part(since)}` : ""}`),
    agents: async () => (await get<{ agents: Agent[] }>("/v1/agents")).agents,
    // A link to the bytes, good for five minutes.
    download: async (link: string) => (await get<{ url: string }>(link)).url,
    templates: async () => (await get<{ templates: Template[] }>("/v1/templates")).templates,
    filledTemplate: (reference: string, name: string, language: string) =>
      get<FilledTemplate>(`${of(reference)}/templates/${part(name)}?language=${part(language)}`),
    preview: (reference: string, draft: Draft) => send<Preview>("POST", `${of(reference)}/replies/preview`, draft),
    reply: (reference: string, draft: Draft & Read & { keeps?: string[]; attachments?: PostedFile[]; urgent?: string; stays_with_us?: boolean }, key: string) =>
      send<ReplyMade>("POST", `${of(reference)}/replies`, draft, key),
    takeBack: (reference: string, entry: string) => send<void>("DELETE", `${of(reference)}/replies/${part(entry)}`),
    settle: (reference: string, entry: string, outcome: "sent" | "send_again") =>
      send<void>("POST", `${of(reference)}/replies/${part(entry)}/settlement`, { outcome }),
    note: (reference: string, text: string, key: string) => send<void>("POST", `${of(reference)}/notes`, { text }, key),
    promise: (reference: string, promise: { text: string; due_at: string } & Read, key: string) =>
      send<void>("POST", `${of(reference)}/promises`, promise, key),
    endPromise: (reference: string, id: string, outcome: "kept" | "withdrawn") =>
      send<void>("PUT", `${of(reference)}/promises/${part(id)}`, { outcome }),
    assign: (reference: string, assignee: "me" | null) => send<void>("PUT", `${of(reference)}/assignment`, { assignee }),
    transfer: (reference: string, team: string, context: string) =>
      send<void>("POST", `${of(reference)}/transfer`, { team, context }),
    close: (reference: string, messages_read: number) => send<void>("POST", `${of(reference)}/closing`, { messages_read }),
    prioritise: (reference: string, priority: string) => send<void>("PUT", `${of(reference)}/priority`, { priority }),
    // The oldest first.
    async parked(): Promise<Page<WaitingMessage>> {
      const page = await get<{ parked: WaitingMessage[]; next: string | null }>("/v1/parked/waiting?limit=100");
      return { items: page.parked, next: page.next };
    },
    lookAtParked: (id: string, virus = false) => get<ParkedLook>(`/v1/parked/${part(id)}${virus ? "?override=virus" : ""}`),
    releaseParked: (id: string, release: ParkedRelease) => send<{ case: string }>("POST", `/v1/parked/${part(id)}/release`, release),
    discardParked: (id: string, why: string) => send<void>("POST", `/v1/parked/${part(id)}/discarding`, { why }),
    // The earliest deadline first.
    tasks: async (team: string, kind: "calls" | "letters") =>
      (await get<{ tasks: ListedTask[] }>(`/v1/teams/${part(team)}/${kind}?limit=100`)).tasks,
    tryTask: (reference: string, id: string, result: string, note: string) =>
      send<void>("POST", `${of(reference)}/tasks/${part(id)}/attempts`, { result, note }),
    endTask: (reference: string, id: string, ended: { outcome: "done"; messages_read: number } | { outcome: "given_up"; why: string }) =>
      send<void>("PUT", `${of(reference)}/tasks/${part(id)}`, ended),
    previewMerge: (customer: string, other: string) =>
      get<MergePreview>(`/v1/customers/${part(customer)}/merges/preview?customer=${part(other)}`),
    merge: (customer: string, merge: { customer: string; why: string; seen: string }) =>
      send<void>("POST", `/v1/customers/${part(customer)}/merges`, merge),
    merges: async (customer: string) => (await get<{ merges: Merge[] }>(`/v1/customers/${part(customer)}/merges`)).merges,
    undoMerge: (customer: string, id: string) => send<Merge>("POST", `/v1/customers/${part(customer)}/merges/${part(id)}/undoing`, {}),
    // The newest hundred that nobody has decided about.
    suggestions: async () => (await get<{ suggestions: Suggestion[] }>("/v1/merge-suggestions?limit=100")).suggestions,
    // The newest first.
    incidents: async () => (await get<{ incidents: Incident[] }>("/v1/incidents")).incidents,
    broadcasts: async () => (await get<{ broadcasts: Broadcast[] }>("/v1/broadcasts")).broadcasts,
    directBroadcast: (id: string, status: "running" | "paused") => send<void>("PUT", `/v1/broadcasts/${part(id)}/status`, { status }),
    steps: async (team: string, hours: number) =>
      (await get<{ steps: Step[] }>(`/v1/teams/${part(team)}/escalations?hours=${hours}`)).steps,
  };
}
