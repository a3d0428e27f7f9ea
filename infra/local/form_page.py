"""A page of a company's site with the form in it, under the strictest policy that the form works with."""

from __future__ import annotations

import html

_TITLES = {"en": "A kettle shop", "pl": "Sklep z czajnikami"}


def form_page(api: str, inbox: str, accepted: str) -> bytes:
    """`api`: what stands before `/v1`. `accepted`: the browser's Accept-Language."""
    language = "pl" if accepted.lower().startswith("pl") else "en"
    title = _TITLES[language]
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
      <script src="form.js" data-api="{html.escape(api)}" data-inbox="{html.escape(inbox)}"></script>
    </main>
  </body>
</html>
""".encode()


def form_page_headers(api: str) -> dict[str, str]:
    """`api`: an origin."""
    policy = f"default-src 'none'; script-src 'self'; connect-src {api}; img-src 'self'; base-uri 'none'"
    return {"Content-Security-Policy": f"{policy}; form-action 'none'; frame-ancestors 'none'"}
