// What a form may hold before it is sent: the API checks it all again.

import { MOST_FILES } from "../src/files.ts";

// What the hub takes of a message's files in all.
const LARGEST_UPLOADS = 20 * 1024 * 1024;
export const LIMITS = { most: MOST_FILES, size: Math.floor(LARGEST_UPLOADS / 1_000_000) };

export interface Draft {
  name: string;
  email: string;
  phone: string;
  answer_by: "" | "email" | "sms" | "phone";
  subject: string;
  text: string;
  website: string;
}

export type Field = keyof Draft | "contact" | "files" | "captcha";
export type Wrong = Partial<Record<Field, string>>;

export const EMPTY: Draft = { name: "", email: "", phone: "", answer_by: "", subject: "", text: "", website: "" };
export function wrongIn(draft: Draft, files: readonly { size: number }[]): Wrong {
  const wrong: Wrong = {};
  if (!draft.email.trim() && !draft.phone.trim()) wrong.contact = "error.contact";
  if (draft.email.trim() && !/^[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(draft.email.trim())) wrong.email = "error.email";
  if (draft.phone.trim() && draft.phone.replace(/\D/g, "").length < 6) wrong.phone = "error.phone";
  if (draft.answer_by && !(draft.answer_by === "email" ? draft.email : draft.phone).trim()) wrong.answer_by = "error.answer_by";
  if (!draft.text.trim() && !files.length) wrong.text = "error.text";
  if (areBeyond(files)) wrong.files = "error.files";
  return wrong;
}

// What else a change of a field may have put right, or wrong.
const BESIDE: Partial<Record<Field, readonly Field[]>> = { email: ["contact", "answer_by"], phone: ["contact", "answer_by"], files: ["text"] };

// What is left of what a visitor was told to correct, now that a field is another: of that field only what is wrong still.
export function leftWrong(told: Wrong, changed: Field, draft: Draft, files: readonly { size: number }[]): Wrong {
  const found = wrongIn(draft, files);
  const touched = [changed, ...(BESIDE[changed] ?? [])];
  return Object.fromEntries(Object.entries(told).filter(([name]) => !touched.includes(name as Field) || Object.hasOwn(found, name)));
}

export function areBeyond(files: readonly { size: number }[]): boolean {
  return files.length > MOST_FILES || files.reduce((sum, file) => sum + file.size, 0) > LARGEST_UPLOADS;
}

// The address that a message counts as written from, as the hub takes it: a code can go there.
export function writtenFrom(draft: Draft): { kind: "email" | "phone"; value: string } {
  const [email, phone] = [draft.email.trim(), draft.phone.trim()];
  const byPhone = phone && (["sms", "phone"].includes(draft.answer_by) || !email);
  return byPhone ? { kind: "phone", value: phone } : { kind: "email", value: email };
}

// The field of the form that a problem of the API names: `attachments[0].content_type`, `$.email`, `phone`, a header.
export function fieldOf(named: string): Field | null {
  const first = named.replace(/^\$?\.?/, "").split(/[.[]/)[0] ?? "";
  if (first === "attachments") return "files";
  if (first === "Captcha-Answer") return "captcha";
  return Object.hasOwn(EMPTY, first) && first !== "website" ? (first as Field) : null;
}

export function bodyOf(draft: Draft, language: string, attachments: readonly object[]): string {
  const filled = Object.entries(draft).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  return JSON.stringify({ ...Object.fromEntries(filled), language, ...(attachments.length ? { attachments } : {}) });
}
