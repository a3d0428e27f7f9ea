// What the API answers (docs/api.md), as far as the console shows it. Instants are RFC 3339 in UTC.

import type { Json } from "../settings/document.ts";

export type Channel = "email" | "sms" | "web_form" | "app" | "fax" | "phone" | "letter" | "in_person";
export type Priority = "low" | "normal" | "high" | "urgent";
export type CaseStatus = "open" | "closed" | "spam" | "moved";

export interface CaseInList {
  id: string;
  reference: string;
  customer_id: string;
  status: CaseStatus;
  team: string;
  channel: Channel;
  subject: string;
  assignee: string | null;
  last_activity_at: string;
  deadline_at: string | null;
  awaiting_since: string | null;
  kind: string;
  priority: Priority;
  customer_name: string | null;
  last_channel: Channel;
  messages_in: number;
  next_clock: string | null;
}

export interface Clock {
  name: string;
  started_at: string;
  due_at: string;
  level: number;
  paused_by: string | null;
}

export interface Promised {
  id: string;
  text: string;
  made_by: string;
  made_at: string;
  due_at: string;
  status: "open" | "kept" | "broken" | "withdrawn";
  broken_at: string | null;
  ended_at: string | null;
}

export interface LivePromise {
  // The reference of the case.
  case: string;
  id: string;
  text: string;
  due_at: string;
  status: "open" | "broken";
}

export interface Task {
  id: string;
  kind: "call" | "letter";
  to: string;
  about: string;
  due_at: string;
  state: string;
}

export interface Case {
  id: string;
  reference: string;
  customer_id: string;
  status: CaseStatus;
  kind: string;
  priority: Priority;
  tags: string[];
  routed_by: string | null;
  team: string;
  inbox: string;
  channel: Channel;
  subject: string;
  assignee: string | null;
  answer_by: Channel | null;
  opened_at: string;
  closed_at: string | null;
  last_activity_at: string;
  awaiting_since: string | null;
  answered: boolean;
  clocks: Clock[];
  promises: Promised[];
  tasks: Task[];
  deadline_at: string | null;
  messages_in: number;
  follows: string | null;
  // The id of the one that it is linked to.
  incident: string | null;
  version: number;
}

export interface Attachment {
  name: string;
  content_type: string;
  size: number;
  sha256: string;
  link: string;
}

// A sentence of the hub's, as `text` in English. `code` is null where it has none.
export interface Remark {
  code: string | null;
  values: Record<string, string>;
  text: string;
}

export interface Arrival {
  contact_point: string | null;
  sender_name: string | null;
  trust: { level: "forged" | "unverified" | "authenticated" | "logged_in"; meaning: string };
  warnings: { kind: string; detail: string }[];
  matching: { rule: string; remarks: Remark[] };
  automatic_remarks: Remark[];
  unparsed_remarks: Remark[];
  fax: { number: string | null; pages: number | null } | null;
  sms: { segments: number; whole_text: string | null } | null;
  remarks: Remark[];
}

export interface Reading {
  status: "waiting" | "read" | "unavailable";
  text: string;
  source: string | null;
  confidence: number | null;
  pages: number | null;
  pages_read: number;
  case_reference: string | null;
  remarks: Remark[];
  preview: Attachment | null;
}

export type DeliveryStatus =
  | "queued" | "sending" | "sent" | "delivered" | "deferred" | "failed" | "bounced" | "complained" | "unknown"
  | "withdrawn" | "digested";

export interface Delivery {
  status: DeliveryStatus;
  recipient: string;
  attempts: number;
  remarks: Remark[];
  not_before: string | null;
  possible_duplicate: boolean;
}

// Whom a note mentions: agents by their ids, teams by their names.
export interface Mentions {
  agents: string[];
  teams: string[];
}

export interface Mention {
  entry: Entry;
  case: CaseInList;
}

export interface Entry {
  id: string;
  case_id: string | null;
  at: string;
  kind: "inbound" | "outbound" | "note" | "event" | "notice" | "code";
  author: string;
  channel: Channel | null;
  subject: string | null;
  text: string;
  quoted_text: string;
  signature: string;
  forward: { sender_name: string | null; sender_address: string | null; header: string; body: string } | null;
  html: { size: number; remote_images: number; link: string } | null;
  attachments: Attachment[];
  arrival: Arrival | null;
  reading: Reading | null;
  contact: { direction: string; outcome: string; duration_seconds: number | null; promise: string | null } | null;
  delivery: Delivery | null;
  event: string | null;
  facts: Record<string, string>;
  mentions: Mentions;
  moved_to: string | null;
  moved_from: string | null;
  links: Record<string, string>;
}

export interface Customer {
  id: string;
  name: string | null;
  language: string | null;
  carer: string | null;
  segment: string | null;
  vip: boolean;
  claims_to_be: string | null;
  contact_points: string[];
  // By which other systems know them: `crm:4711`.
  external_ids: string[];
  attributes: Attribute[];
  open_case_count: number;
  cases: CaseInList[];
  // What is still owed in any of these cases, the earliest due first.
  live_promises: LivePromise[];
}

// What another system knows of a customer. `name`: `shop.last_order`.
export interface Attribute {
  name: string;
  value: string | number | boolean;
  at: string;
}

export interface Address {
  contact_point: string;
  proved: boolean;
  opt_outs: { purpose: string; at: string; by: string }[];
  suppressed_until: string | null;
  suppressed_by: string | null;
}

export interface Preferences {
  channel: Channel | null;
  quiet_hours: string | null;
  language: string | null;
  time_zone: string | null;
  no_surveys: boolean;
  consents: Record<string, { given_at: string; withdrawn_at: string | null }>;
  addresses: Address[];
}

export interface Stretch {
  start: string;
  end: string;
  counted_seconds: number;
  reason: string | null;
  closed_days: string[];
}

export interface ClockExplained {
  name: string;
  started_at: string;
  due_at: string;
  policy: string;
  calendar: string;
  version: string;
  within_seconds: number | null;
  used_seconds: number;
  paused_by: string | null;
  stretches: Stretch[];
  steps_done: number;
  next_steps: { level: number; action: string; at: string; late: boolean }[];
}

export interface Step {
  reference: string;
  customer_id: string;
  assignee: string | null;
  clock: string;
  level: number;
  action: string;
  at: string;
}

// What a case can be about. No case becomes one that is retired.
export interface Kind {
  name: string;
  restricted: boolean;
  retired: boolean;
}

export interface Template {
  name: string;
  language: string;
  subject: string | null;
  text: string;
}

export interface FilledTemplate extends Template {
  missing: string[];
}

export interface Preview {
  channel: Channel;
  sender: string | null;
  recipient: string | null;
  subject: string | null;
  text: string;
  encoding: string | null;
  segments: number | null;
  // Of a fax, with its cover and without the files.
  pages: number | null;
  warnings: { kind: string; detail: string }[];
}

export interface ReplyMade {
  entry_id: string;
  channel: Channel | null;
  not_before: string | null;
  segments: number | null;
  warnings: { name: string; text: string }[];
  passed_over: string[];
}

export interface Agent {
  subject: string;
  name: string | null;
  // Where they are told of their own cases, for who leads.
  email: string | null;
  phone: string | null;
  teams: string[];
  skills: string[];
  languages: string[];
  capacity: number;
  presence: "present" | "absent";
  absent_until: string | null;
  version: number;
}

// What would come to the survivor. `remarks` speak against it; `seen` goes back with the merge.
export interface MergePreview {
  merged: { id: string; name: string | null };
  contact_points: string[];
  open_cases: number;
  remarks: Remark[];
  seen: string;
}

export interface Merge {
  id: string;
  customer_id: string;
  at: string;
  by: string;
  why: string;
  contact_points: string[];
  undone_at: string | null;
  ambiguous: string[];
}

export interface Suggestion {
  id: string;
  first: string;
  second: string;
  reasons: { evidence: string; detail: string }[];
}

export interface Incident {
  id: string;
  title: string;
  notice: Record<string, string>;
  inboxes: string[];
  status: "open" | "closed";
  linked: number;
  opened_at: string;
  // How far the answer to its cases is; null while there is none, and in lists.
  answer: Progress | null;
}

export interface Progress {
  id: string;
  status: "draft" | "running" | "paused" | "stopped" | "done";
  chosen: number;
  waiting: number;
  told: Record<string, number>;
  left_out: Record<string, number>;
}

export interface Broadcast {
  title: string;
  created_at: string;
  progress: Progress;
}

// A case that is linked to an incident, and what became of the answer to it. `id`: its reference.
export interface LinkedCase {
  id: string;
  state: "waiting" | "told" | "left_out" | "removed";
  reason: string | null;
  channel: Channel | null;
  delivery: DeliveryStatus | null;
}

// `words`: beginnings of those that stand in its subject or in what its customer wrote last.
export interface LikelyCase {
  case: CaseInList;
  words: string[];
}

// What one message says, in one language.
export interface Wording {
  subject?: string;
  text: string;
}

// What would become of each recipient if it were sent now.
export interface Estimate {
  complete: boolean;
  chosen: number;
  looked_at: number;
  told: Record<string, number>;
  left_out: Record<string, number>;
  price: string | null;
  currency: string | null;
}

export interface ListedTask {
  reference: string;
  task: {
    id: string;
    kind: "call" | "letter";
    to: string;
    about: string;
    from: string | null;
    until: string | null;
    due_at: string;
    attempts: unknown[];
  };
}

export interface WaitingMessage {
  id: string;
  at: string;
  reason: string;
}

// Nothing of it is believed. `needs`: the override without which it stays parked.
export interface ParkedLook {
  parked: {
    id: string;
    at: string;
    transport: string;
    reason: string;
    remarks: Remark[];
    release_state: "waiting" | "released" | "discarded";
    changed_by: string | null;
    why: string | null;
  };
  recipients: string[];
  read: { sender: string | null; sender_name: string; subject: string; text: string; attachments: string[] } | null;
  needs: string | null;
  download: { url: string } | null;
}

export interface ParkedRelease {
  why: string;
  overrides: string[];
  inbox?: string;
  sender?: { kind: string; value: string };
}

// `found`: the words of subject and excerpt that were looked for, as they stand there.
export interface Hit {
  entry_id: string;
  customer_id: string;
  at: string;
  kind: Entry["kind"];
  author: string;
  channel: Channel | null;
  subject: string | null;
  excerpt: string | null;
  found: string[];
  case: CaseInList;
}

export interface ConfigurationVersion {
  version: string;
  saved_at: string;
  // Null: the operator's command.
  saved_by: string | null;
}

export interface SavedConfiguration extends ConfigurationVersion {
  document: Json;
}

// `place` goes by names: `teams[care].policy`.
export interface ConfigurationChange {
  place: string;
  before: Json;
  after: Json;
}

export interface ConfigurationReview {
  version: string;
  changes: ConfigurationChange[];
  more: boolean;
}

export type Doing = "reading" | "writing";

export interface AtCase {
  subject: string;
  name: string | null;
  doing: Doing;
}

export interface CasePresences {
  present: AtCase[];
  // Seconds, after which one says again that one is there.
  again_after: number;
}

// Where to look; never what was written there.
export interface Change {
  kind: "case" | "entry" | "presence";
  customer_id: string;
  event: string | null;
}

export interface ChangePage {
  changes: Change[];
  next: string;
  more: boolean;
}

export interface Problem {
  status: number;
  code: string;
  detail: string;
  field: string | null;
}
