// The company's form on its own site, by one script tag:
//
//   <script src="https://console.example/form.js" defer
//     data-api="https://abc.execute-api.eu-central-1.amazonaws.com/api" data-inbox="contact"></script>
//
// It stands where the script stands, or in the element that `data-target` (a CSS selector) names. `data-language`: else
// the page's, else the browser's. `data-captcha-script`: where the script of the form's check is, if not at its maker's
// usual place. `data-key`: one of the form's keys, where it has any. It lives in a shadow tree with a constructed style sheet: it needs no inline style, and
// the site's styles and its own leave each other alone. `data-frame`: in the hub's own page for a frame, who may have it.

import { render } from "preact";
import style from "./form.css";
import { Form } from "./Form.tsx";
import { tellHeight } from "./frame.ts";
import type { FormAt } from "./post.ts";
import { languageFor } from "./words.ts";

function show(script: HTMLScriptElement): void {
  const { api, inbox, target, language, captchaScript, key, frame } = script.dataset;
  if (api === undefined || !inbox) throw new Error("The form's script tag needs data-api and data-inbox.");
  const host = document.createElement("div");
  const place = target ? document.querySelector(target) : null;
  if (place) place.append(host);
  else script.after(host);
  const chosen = languageFor([language ?? "", document.documentElement.lang, ...navigator.languages]);
  host.lang = chosen;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const address = `${api.replace(/\/+$/, "")}/v1/forms/${encodeURIComponent(inbox)}`;
  const hub: FormAt = { address, key: key ?? "" };
  render(<Form hub={hub} language={chosen} host={host} captchaScript={captchaScript ?? ""} />, root);
  if (frame) tellHeight(JSON.parse(frame) as string[]);
}

const script = document.currentScript as HTMLScriptElement;
// What `data-target` names may stand below.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => show(script));
else show(script);
