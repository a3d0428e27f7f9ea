"""Pages of a company's site with the form in them, under the strictest policy that the form works with: by its script,
and in a frame.
"""

from __future__ import annotations

import html
from urllib.parse import quote

CHECK = "captcha.js"
# The site's own, and all of it: docs/channels/web_form.md shows the same.
SITE_SCRIPT = b"""addEventListener("message", (told) => {
  const frame = document.querySelector("iframe");
  const ours = told.origin === new URL(frame.src).origin && told.source === frame.contentWindow;
  if (ours && told.data?.splot === "height") frame.style.height = `${told.data.height}px`;
});
"""
_TITLES = {"en": "A kettle shop", "pl": "Sklep z czajnikami"}
_ABOUT = {
    "en": (
        "This page stands for a company's site; only the form is the hub's. What is sent arrives in the",
        ("console", "the form by a script", "in a frame"),
    ),
    "pl": (
        "Ta strona udaje stronę firmy; do huba należy tylko formularz. To, co z niego wyjdzie, pojawi się w miejscu:",
        ("konsola", "formularz ze skryptu", "w ramce"),
    ),
}


def form_page(api: str, inbox: str, accepted: str, key: str = "") -> bytes:
    """`api`: what stands before `/v1`. `accepted`: the browser's Accept-Language. `key`: of the form, if it has any."""
    data = f'data-api="{html.escape(api)}" data-inbox="{html.escape(inbox)}" data-captcha-script="{CHECK}"'
    data += f' data-key="{html.escape(key)}"' if key else ""
    return _page(accepted, f'<script src="form.js" {data}></script>')


def frame_page(api: str, inbox: str, accepted: str, key: str = "") -> bytes:
    """The same with the form in a frame."""
    address = f"{api}/v1/forms/{inbox}/page?language={_language(accepted)}" + (f"&key={quote(key)}" if key else "")
    frame = f'<iframe src="{html.escape(address)}" title="Form" width="100%" height="700"></iframe>'
    return _page(accepted, f'<script src="site.js"></script>{frame}')


def form_page_headers(api: str) -> dict[str, str]:
    """`api`: an origin."""
    policy = (
        f"default-src 'none'; script-src 'self'; connect-src {api}; frame-src {api}; img-src 'self'; base-uri 'none'"
    )
    return {"Content-Security-Policy": f"{policy}; form-action 'none'; frame-ancestors 'none'"}


def _language(accepted: str) -> str:
    return "pl" if accepted.lower().startswith("pl") else "en"


def _page(accepted: str, body: str) -> bytes:
    language = _language(accepted)
    title = _TITLES[language]
    about, (console, script, frame) = _ABOUT[language]
    return f"""<!doctype html>
<html lang="{language}">
  <head>
    <meta charset="utf-8">
    <title>{title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="icon.svg" type="image/svg+xml">
  </head>
  <body>
    <main>
      <h1>{title}</h1>
      <p>{about} <a href="/">{console}</a>. <a href="form">{script}</a> · <a href="form?framed">{frame}</a></p>
      {body}
    </main>
  </body>
</html>
""".encode()
