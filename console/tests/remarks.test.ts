import assert from "node:assert/strict";
import { test } from "node:test";
import { toldIn } from "../src/remarks.ts";

const texts: Record<string, string> = { agent_named_case: "Sprawę podał(a) {agent}." };
const textFor = (code: string, values: Record<string, string | number>) => texts[code]?.replace("{agent}", String(values["agent"])) ?? null;

test("a remark is told in the reader's language, with its values as they are shown", () => {
  const remark = { code: "agent_named_case", values: { agent: "3f6c" }, text: "agent 3f6c named the case" };
  assert.deepEqual(toldIn(remark, textFor, () => "Ewa"), { words: "Sprawę podał(a) Ewa.", lang: undefined });
});

test("what has no code, or one that is not known here, is told in the hub's own words", () => {
  for (const code of [null, "said_since_tomorrow"]) {
    assert.deepEqual(toldIn({ code, values: {}, text: "it is so" }, textFor), { words: "it is so", lang: "en" });
  }
});
