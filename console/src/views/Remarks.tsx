// Sentences of the hub's, one after the other.

import type { Remark } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { toldIn } from "../remarks.ts";
import { textOf, tWord } from "../texts.ts";

export function Remarks({ remarks }: { remarks: readonly Remark[] }) {
  const { nameOf } = useConsole();
  const valueOf = (name: string, value: string) =>
    name === "agent" ? nameOf(value) : name === "channel" ? tWord("channel", value) : value;
  const told = remarks.map((one) => toldIn(one, (code, values) => textOf("remark", code, values), valueOf));
  return <>{told.map(({ words, lang }, at) => <span key={at} lang={lang}>{at > 0 && " "}<bdi>{words}</bdi></span>)}</>;
}
