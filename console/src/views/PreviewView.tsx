// An answer as the customer would read it, with signature and quote.

import type { Preview } from "../api/types.ts";
import { t, tWord } from "../texts.ts";

export function PreviewView({ preview }: { preview: Preview }) {
  return (
    <section class="preview" aria-label={t("preview.title")}>
      <dl class="facts">
        <dt>{t("preview.channel")}</dt><dd>{tWord("channel", preview.channel)}{preview.encoding && ` (${preview.encoding})`}</dd>
        {preview.sender && <><dt>{t("preview.from")}</dt><dd>{preview.sender}</dd></>}
        {preview.recipient && <><dt>{t("preview.to")}</dt><dd><bdi>{preview.recipient}</bdi></dd></>}
        {preview.subject && <><dt>{t("entry.subject")}</dt><dd><bdi>{preview.subject}</bdi></dd></>}
      </dl>
      <p class="text" dir="auto">{preview.text}</p>
    </section>
  );
}
