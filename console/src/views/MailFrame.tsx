// A mail as its sender laid it out, in a frame that may do nothing.

import { useEffect, useState } from "preact/hooks";
import type { Entry } from "../api/types.ts";
import { useConsole } from "../console.ts";
import { asDataUrl, mailPage, picturesOf } from "../mail.ts";
import { language, t } from "../texts.ts";
import { troubleOf, type Trouble } from "../trouble.ts";
import { TroubleNote } from "./TroubleNote.tsx";

const LARGEST_PICTURE = 4_000_000;

export function MailFrame({ entry }: { entry: Entry }) {
  const { hub } = useConsole();
  const [page, setPage] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => {
    let left = false;
    const load = async () => {
      try {
        const html = await (await fetched(await hub.download(entry.html?.link ?? ""))).text();
        const pictures = new Map<string, string>();
        for (const digest of picturesOf(html)) {
          const file = entry.attachments.find((one) => one.sha256 === digest);
          if (!file || file.size > LARGEST_PICTURE) continue;
          const bytes = await (await fetched(await hub.download(file.link))).blob();
          pictures.set(digest, await asDataUrl(bytes, file.content_type));
        }
        const style = document.querySelector<HTMLLinkElement>("#mail-style")?.href ?? "";
        if (!left) setPage(mailPage(html, pictures, style, language));
      } catch (error) {
        if (!left) setTrouble(troubleOf(error));
      }
    };
    void load();
    return () => {
      left = true;
    };
  }, [entry.id]);
  if (trouble) return <TroubleNote trouble={trouble} />;
  if (page === null) return <p class="quiet" role="status">{t("loading")}</p>;
  return (
    <>
      {entry.html && entry.html.remote_images > 0 && <p class="quiet">{t("mail.remote", { n: entry.html.remote_images })}</p>}
      <iframe class="mail" sandbox="" srcDoc={page} title={t("mail.title", { subject: entry.subject ?? "" })} />
    </>
  );
}

async function fetched(url: string): Promise<Response> {
  const answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}
