// A field with its label and what is wrong with it, which is read out together with the field.

import type { Draft, Field as Named, Wrong } from "./rules.ts";
import type { Say, Word } from "./words.ts";

interface Shown {
  name: Exclude<keyof Draft, "website" | "answer_by">;
  draft: Draft;
  wrong: Wrong;
  say: Say;
  change: (name: keyof Draft, value: string) => void;
  type?: "text" | "email" | "tel";
  complete?: string;
  // What is wrong with more than this field stands here, too.
  wrongWith?: Named;
  long?: boolean;
}

export function Field({ name, draft, wrong, say, change, type = "text", complete, wrongWith, long }: Shown) {
  const word = wrong[name] ?? (wrongWith && wrong[wrongWith]);
  const common = {
    id: name,
    name,
    value: draft[name],
    "aria-invalid": Boolean(word),
    "aria-required": Boolean(long),
    ...(word ? { "aria-describedby": `${name}-wrong` } : {}),
    onInput: (event: { currentTarget: { value: string } }) => change(name, event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={name}>{say(name)}</label>
      {long ? <textarea {...common} maxLength={50_000} /> : <input {...common} {...({ type } as { type: "text" })} maxLength={name === "subject" ? 500 : 200} autoComplete={complete ?? "off"} />}
      <Wrongness id={`${name}-wrong`} word={word} say={say} />
    </div>
  );
}

interface WrongShown {
  id: string;
  word: string | undefined;
  say: Say;
  values?: Record<string, string | number>;
}

export function Wrongness({ id, word, say, values = {} }: WrongShown) {
  return word ? <p class="wrong" id={id}>{say(word as Word, { detail: "", ...values })}</p> : null;
}
