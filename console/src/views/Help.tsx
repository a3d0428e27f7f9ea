// Which keys do what.

import type { Ref } from "preact";
import { useState } from "preact/hooks";
import { keepKeys, keysAreOn } from "../kept.ts";
import { t, type Key } from "../texts.ts";

const KEYS: [string, Key][] = [
  ["j", "key.next"], ["k", "key.previous"], ["Enter", "key.open"], ["r", "key.answer"], ["n", "key.note"], ["a", "key.take"], ["t", "key.tag"],
  ["/", "key.find"], ["s", "key.search"], ["Ctrl Enter", "key.send"], ["Esc", "key.back"], ["g", "key.lists"], ["?", "key.help"],
];

export function Help({ dialog }: { dialog: Ref<HTMLDialogElement> }) {
  const [on, setOn] = useState(() => keysAreOn(localStorage));
  const turn = (wanted: boolean) => {
    keepKeys(localStorage, wanted);
    setOn(wanted);
  };
  return (
    <dialog ref={dialog} aria-labelledby="help-title">
      <h2 id="help-title">{t("help.title")}</h2>
      <dl class="keys">
        {KEYS.map(([key, what]) => <div key={key}><dt>{key.split(" ").map((each) => <kbd key={each}>{each}</kbd>)}</dt><dd>{t(what)}</dd></div>)}
      </dl>
      <label class="inline"><input type="checkbox" checked={on} onChange={(event) => turn(event.currentTarget.checked)} /> {t("help.single")}</label>
      <form method="dialog"><p class="buttons"><button type="submit" class="main">{t("help.close")}</button></p></form>
    </dialog>
  );
}
