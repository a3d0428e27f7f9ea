// The page that a mail's HTML is shown as: nothing in it runs, nothing is loaded, nothing leads out of its frame.
//
// The hub has sanitised the HTML already (docs/content.md). Here it stands in a frame without any permission, under a
// policy of its own; either of the three would do.

const PICTURE = /\ssrc="#attachment-([0-9a-f]{64})"/g;

export const MAIL_POLICY = "default-src 'none'; img-src data:; style-src 'self'; form-action 'none'; base-uri 'none'";

export function picturesOf(html: string): string[] {
  return [...new Set([...html.matchAll(PICTURE)].map((found) => found[1] ?? ""))];
}

// `pictures`: by their digest, as `data:` addresses; what is missing stays empty.
export function mailPage(html: string, pictures: ReadonlyMap<string, string>, style: string, language: string): string {
  const body = html.replace(PICTURE, (_, digest: string) => ` src="${pictures.get(digest) ?? ""}"`);
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${MAIL_POLICY}">` +
    `<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">` +
    `<link rel="stylesheet" href="${style}"></head><body>${body}</body></html>`
  );
}

const SHOWN_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export async function asDataUrl(bytes: Blob, contentType: string): Promise<string> {
  if (!SHOWN_TYPES.includes(contentType.split(";")[0]?.trim().toLowerCase() ?? "")) return "";
  const data = new Uint8Array(await bytes.arrayBuffer());
  let text = "";
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return `data:${contentType.split(";")[0]};base64,${btoa(text)}`;
}
