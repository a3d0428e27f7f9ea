// The operations of the API that the console uses, by name.

import type { PostedFile } from "../files.ts";
import type { Json } from "../settings/document.ts";
import { asQuery, type Filters, type Report, type Span } from "../reports.ts";
import { call, type Session } from "./client.ts";
import type {
  Agent, Broadcast, Case, CaseInList, CasePresences, ChangePage, Channel, ClockExplained, ConfigurationReview, ConfigurationVersion, Customer, Doing, Estimate, Entry, FilledTemplate, Hit, Incident, Kind, LikelyCase, LinkedCase, ListedTask, Mention, Mentions, Merge, MergePreview, ParkedLook, ParkedRelease, Preferences, Preview, ReplyMade, SavedConfiguration, Step,
  Suggestion, Template, WaitingMessage, Wording,
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
    // Words of a name, or an e-mail address, a number or a case's reference as people write them. The last who came first.
    customersOf: async (by: { name: string } | { contact_point: string } | { reference: string }) =>
      (await get<{ customers: Customer[] }>(`/v1/customers?${new URLSearchParams(by)}`)).customers,
    // Messages, notes and talks by their words, the newest first. A page may be short while `next` says that more follows.
    async search(words: string, only: Record<string, string>, cursor: string | null): Promise<Page<Hit>> {
      const query = new URLSearchParams({ words, ...only, ...(cursor ? { cursor } : {}) });
      const page = await get<{ hits: Hit[]; next: string | null }>(`/v1/search?${query}`);
      return { items: page.hits, next: page.next };
    },
    // By tags, kind, channel or status, at least one of them; the one that was opened last first. As short as above.
    async casesWith(only: Record<string, string>, cursor: string | null): Promise<Page<CaseInList>> {
      const page = await get<{ cases: CaseInList[]; next: string | null }>(`/v1/search/cases?${new URLSearchParams({ ...only, limit: "20", ...(cursor ? { cursor } : {}) })}`);
      return { items: page.cases, next: page.next };
    },
    customer: (id: string) => get<Customer>(`/v1/customers/${part(id)}`),
    preferences: (id: string) => get<Preferences>(`/v1/customers/${part(id)}/preferences`),
    // What has changed behind `since`; null asks where the feed stands now.
    changes: (since: string | null) => get<ChangePage>(`/v1/changes?presence=true${since ? `&since=${part(since)}` : ""}`),
    attend: (reference: string, doing: Doing) => send<CasePresences>("PUT", `${of(reference)}/presence`, { doing }),
    whoIsAt: (reference: string) => get<CasePresences>(`${of(reference)}/presence`),
    leave: (reference: string) => send<void>("DELETE", `${of(reference)}/presence`),
    agents: async () => (await get<{ agents: Agent[] }>("/v1/agents")).agents,
    // A link to the bytes, good for five minutes.
    download: async (link: string) => (await get<{ url: string }>(link)).url,
    kinds: async () => (await get<{ kinds: Kind[] }>("/v1/kinds")).kinds,
    templates: async () => (await get<{ templates: Template[] }>("/v1/templates")).templates,
    filledTemplate: (reference: string, name: string, language: string) =>
      get<FilledTemplate>(`${of(reference)}/templates/${part(name)}?language=${part(language)}`),
    preview: (reference: string, draft: Draft) => send<Preview>("POST", `${of(reference)}/replies/preview`, draft),
    reply: (reference: string, draft: Draft & Read & { keeps?: string[]; attachments?: PostedFile[]; urgent?: string; stays_with_us?: boolean }, key: string) =>
      send<ReplyMade>("POST", `${of(reference)}/replies`, draft, key),
    takeBack: (reference: string, entry: string) => send<void>("DELETE", `${of(reference)}/replies/${part(entry)}`),
    settle: (reference: string, entry: string, outcome: "sent" | "send_again") =>
      send<void>("POST", `${of(reference)}/replies/${part(entry)}/settlement`, { outcome }),
    note: (reference: string, note: { text: string; mentions: Mentions }, key: string) => send<void>("POST", `${of(reference)}/notes`, note, key),
    async mentions(cursor: string | null = null): Promise<Page<Mention>> {
      const page = await get<{ mentions: Mention[]; next: string | null }>(`/v1/mentions?${new URLSearchParams({ limit: "20", ...(cursor ? { cursor } : {}) })}`);
      return { items: page.mentions, next: page.next };
    },
    promise: (reference: string, promise: { text: string; due_at: string } & Read, key: string) =>
      send<void>("POST", `${of(reference)}/promises`, promise, key),
    endPromise: (reference: string, id: string, outcome: "kept" | "withdrawn") =>
      send<void>("PUT", `${of(reference)}/promises/${part(id)}`, { outcome }),
    assign: (reference: string, assignee: string | null) => send<void>("PUT", `${of(reference)}/assignment`, { assignee }),
    transfer: (reference: string, team: string, context: string) =>
      send<void>("POST", `${of(reference)}/transfer`, { team, context }),
    tag: (reference: string, tags: string[], version: number) => call<void>(session, `${of(reference)}/tags`, { method: "PUT", body: { tags }, version }),
    setKind: (reference: string, kind: string, version: number) => call<void>(session, `${of(reference)}/kind`, { method: "PUT", body: { kind }, version }),
    // `version` null: whatever it is now.
    setPriority: (reference: string, priority: string, version: number | null) =>
      call<void>(session, `${of(reference)}/priority`, { method: "PUT", body: { priority }, ...(version === null ? {} : { version }) }),
    close: (reference: string, messages_read: number) => send<void>("POST", `${of(reference)}/closing`, { messages_read }),
    markSpam: (reference: string, spam: boolean, why: string, messages_read: number, version: number) =>
      call<void>(session, `${of(reference)}/spam`, { method: "PUT", body: { spam, why, ...(spam ? { messages_read } : {}) }, version }),
    moveCase: (reference: string, customer: string, why: string, version: number) =>
      call<void>(session, `${of(reference)}/moving`, { method: "POST", body: { customer, why }, version }),
    splitCase: (reference: string, entries: string[], why: string, customer: string | null, version: number) =>
      call<{ case: string }>(session, `${of(reference)}/splitting`, { method: "POST", body: { entries, why, customer }, version }),
    arrangeTask: (reference: string, task: { kind: "call" | "letter"; to: string; about: string; due_at?: string }, version: number) =>
      call<{ task: string }>(session, `${of(reference)}/tasks`, { method: "POST", body: task, version }),
    // The oldest first.
    async parked(): Promise<Page<WaitingMessage>> {
      const page = await get<{ parked: WaitingMessage[]; next: string | null }>("/v1/parked/waiting?limit=100");
      return { items: page.parked, next: page.next };
    },
    lookAtParked: (id: string, virus = false) => get<ParkedLook>(`/v1/parked/${part(id)}${virus ? "?override=virus" : ""}`),
    releaseParked: (id: string, release: ParkedRelease) => send<{ case: string }>("POST", `/v1/parked/${part(id)}/release`, release),
    discardParked: (id: string, why: string) => send<void>("POST", `/v1/parked/${part(id)}/discarding`, { why }),
    decideParked: (decision: "release" | "discard", reason: string, why: string, cursor: string | null) =>
      send<{ done: string[]; left: Record<string, string>; next: string | null }>("POST", "/v1/parked/decisions", { decision, reason, why, limit: 10, ...(cursor ? { cursor } : {}) }),
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
    openIncident: (title: string, notice: Record<string, string>, inboxes: string[]) => send<void>("POST", "/v1/incidents", { title, notice, inboxes }),
    endIncident: (id: string) => send<void>("POST", `/v1/incidents/${part(id)}/closing`),
    incident: (id: string) => get<Incident>(`/v1/incidents/${part(id)}`),
    // At most fifty at a time. `left`: those that could not be linked, with the code of why.
    linkCases: (id: string, references: string[]) =>
      send<{ linked: string[]; left: Record<string, string> }>("POST", `/v1/incidents/${part(id)}/cases`, { references }),
    unlinkCase: (id: string, reference: string) => send<void>("DELETE", `/v1/incidents/${part(id)}/cases/${part(reference)}`),
    async linkedCases(id: string, cursor: string | null): Promise<Page<LinkedCase>> {
      const query = new URLSearchParams({ limit: "50", ...(cursor ? { cursor } : {}) });
      const page = await get<{ recipients: LinkedCase[]; next: string | null }>(`/v1/incidents/${part(id)}/cases?${query}`);
      return { items: page.recipients, next: page.next };
    },
    // Of a team's list by urgency the next hundred, those that fit. A page may be empty while `next` says that more follow.
    async likelyCases(id: string, by: { team: string; words: string }, cursor: string | null): Promise<Page<LikelyCase>> {
      const given = Object.entries({ ...by, cursor: cursor ?? "" }).filter(([, value]) => value);
      const page = await get<{ cases: LikelyCase[]; next: string | null }>(`/v1/incidents/${part(id)}/likely-cases?${new URLSearchParams([["limit", "100"], ...given])}`);
      return { items: page.cases, next: page.next };
    },
    answerIncident: (id: string, wordings: Record<string, Wording>, key: string) =>
      send<{ broadcast: string }>("POST", `/v1/incidents/${part(id)}/answer`, { wordings }, key),
    broadcasts: async () => (await get<{ broadcasts: Broadcast[] }>("/v1/broadcasts")).broadcasts,
    prepareBroadcast: async (title: string, inbox: string, wordings: Record<string, Wording>) =>
      (await send<{ broadcast: string }>("POST", "/v1/broadcasts", { title, inbox, purpose: "notice", wordings })).broadcast,
    // Gives where the list goes on, null at its end.
    addRecipients: async (id: string, list: { team: string } | { incident: string }, cursor: string | null) =>
      (await send<{ next: string | null }>("POST", `/v1/broadcasts/${part(id)}/recipients`, { ...list, ...(cursor ? { cursor } : {}) })).next,
    estimate: (id: string) => send<Estimate>("POST", `/v1/broadcasts/${part(id)}/dry-run`),
    directBroadcast: (id: string, status: "running" | "paused") => send<void>("PUT", `/v1/broadcasts/${part(id)}/status`, { status }),
    setPresence: (subject: string, presence: "present" | "absent") => send<void>("PUT", `/v1/agents/${part(subject)}/presence`, { presence }),
    saveAgent: (subject: string, profile: object, version: number) =>
      call<void>(session, `/v1/agents/${part(subject)}`, { method: "PUT", body: profile, version }),
    handOver: (subject: string, why: string, to: string | null) => send<{ more: boolean }>("POST", `/v1/agents/${part(subject)}/hand-over`, { why, to }),
    // A JSON Schema of what a configuration may hold.
    configurationSchema: () => get<Json>("/v1/configuration/schema"),
    configuration: (version = "") => get<SavedConfiguration>(version ? `/v1/configuration/versions/${part(version)}` : "/v1/configuration"),
    reviewConfiguration: (document: Json) => send<ConfigurationReview>("POST", "/v1/configuration/review", document),
    saveConfiguration: (document: Json, version: string) =>
      call<{ version: string }>(session, "/v1/configuration", { method: "PUT", body: document, version: Number(version) }),
    // The newest first.
    async configurationVersions(before: string | null): Promise<Page<ConfigurationVersion>> {
      const page = await get<{ versions: ConfigurationVersion[]; next: string | null }>(`/v1/configuration/versions${before ? `?before=${part(before)}` : ""}`);
      return { items: page.versions, next: page.next };
    },
    restoreConfiguration: (version: string, current: string) =>
      call<{ version: string }>(session, `/v1/configuration/versions/${part(version)}/restoration`, { method: "POST", version: Number(current) }),
    report: (name: string, span: Span, filters: Filters) => get<Report>(`/v1/reports/${part(name)}?${asQuery(span, filters)}`),
    reportTable: (name: string, span: Span, filters: Filters) => get<string>(`/v1/reports/${part(name)}?${asQuery(span, filters)}&format=csv`),
    steps: async (team: string, hours: number) =>
      (await get<{ steps: Step[] }>(`/v1/teams/${part(team)}/escalations?hours=${hours}`)).steps,
  };
}
