// How far a message of ours got, and what one can still do about it.

import type { Entry } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { useNow } from "../hooks.ts";
import { t, tWord } from "../texts.ts";
import { Remarks } from "./Remarks.tsx";
import { momentWords, spanWords } from "../times.ts";
import { troubleOf } from "../trouble.ts";

const UNDO_FOR = 600_000;

interface Shown {
  entry: Entry;
  reference: string;
  changed: () => void;
}

export function Delivery({ entry, reference, changed }: Shown) {
  const { hub, say, complain } = useConsole();
  const delivery = entry.delivery;
  const now = useNow(delivery?.status === "queued" ? 1_000 : 60_000);
  if (!delivery) return null;
  const act = async (deed: () => Promise<void>, done: string) => {
    try {
      await deed();
      say(done);
    } catch (error) {
      complain(troubleOf(error));
    }
    changed();
  };
  const ours = entry.author.startsWith("agent:");
  const left = delivery.not_before ? Date.parse(delivery.not_before) - now : 0;
  return (
    <footer class={`delivery ${delivery.status}`}>
      <span class="state">{tWord("delivery", delivery.status)}</span>
      <span class="quiet">
        <bdi>{delivery.recipient}</bdi>
        {delivery.status === "queued" && left > 0 && ` · ${left < UNDO_FOR ? t("delivery.leaves_in", { span: spanWords(left) }) : t("delivery.waits", { when: momentWords(delivery.not_before ?? "", now) })}`}
        {delivery.remarks.length > 0 && <> · <Remarks remarks={delivery.remarks} /></>}
        {delivery.possible_duplicate && ` · ${t("delivery.twice")}`}
      </span>
      {ours && delivery.status === "queued" && (
        <button type="button" onClick={() => act(() => hub.takeBack(reference, entry.id), t("delivery.taken_back"))}>{t("delivery.take_back")}</button>
      )}
      {delivery.status === "unknown" && (
        <>
          <button type="button" onClick={() => act(() => hub.settle(reference, entry.id, "sent"), t("delivery.settled"))}>{t("delivery.was_sent")}</button>
          <button type="button" onClick={() => act(() => hub.settle(reference, entry.id, "send_again"), t("delivery.settled"))}>{t("delivery.send_again")}</button>
        </>
      )}
    </footer>
  );
}
