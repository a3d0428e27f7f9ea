// What a form may hold before it is sent: the API checks it all again.

import { areTooMany } from "../src/files.ts";

export interface Draft {
  name: string;
  email: string;
  phone: string;
  answer_by: "" | "email" | "sms" | "phone";
  subject: string;
  text: string;
  website: string;
}

export type Field = keyof Draft | "contact" | "files";
export type Wrong = Partial<Record<Field, string>>;

export const EMPTY: Draft = { name: "", email: "", phone: "", answer_by: "", subject: "", text: "", website: "" };
export function wrongIn(draft: Draft, files: readonly { size: number }[]): Wrong {
  const wrong: Wrong = {};
  if (!draft.email.trim() && !draft.phone.trim()) wrong.contact = "error.contact";
  if (draft.email.trim() && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(draft.email.trim())) wrong.email = "error.email";
  if (draft.phone.trim() && draft.phone.replace(/\D/g, "").length < 6) wrong.phone = "error.phone";
  if (draft.answer_by && !(draft.answer_by === "email" ? draft.email : draft.phone).trim()) wrong.answer_by = "error.answer_by";
  if (!draft.text.trim() && !files.length) wrong.text = "error.text";
  if (areTooMany(files)) wrong.files = "error.files";
  return wrong;
}

// The field of the form that a problem of the API names: `attachments[0].content_type`, `$.email`, `phone`.
export function fieldOf(named: string): Field | null {
  const first = named.replace(/^\$?\.?/, "").split(/[.[]/)[0] ?? "";
  if (first === "attachments") return "files";
  return Object.hasOwn(EMPTY, first) && first !== "website" ? (first as Field) : null;
}

export function bodyOf(draft: Draft, language: string, attachments: readonly object[]): string {
  const filled = Object.entries(draft).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  return JSON.stringify({ ...Object.fromEntries(filled), language, ...(attachments.length ? { attachments } : {}) });
}
