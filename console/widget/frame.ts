// The form in a frame of a company's site: the site may make the frame as high as what is in it.
//
// The site hears `{ splot: "height", height }`, in pixels, and only a site of the form's own list does.

// `allowed`: the list. `ancestors`: the sites around the frame, the nearest first, where the browser tells; else
// `referrer` says it, unless the site keeps it to itself.
export function siteAround(allowed: readonly string[], ancestors: readonly string[], referrer: string): string | null {
  const site = ancestors[0] ?? referrer.split("/").slice(0, 3).join("/");
  return allowed.includes(site) ? site : null;
}

export function tellHeight(allowed: readonly string[]): void {
  document.body.style.margin = "0";
  const site = siteAround(allowed, [...(location.ancestorOrigins ?? [])], document.referrer);
  if (!site || parent === window) return;
  const page = document.body;
  new ResizeObserver(() => parent.postMessage({ splot: "height", height: Math.ceil(page.getBoundingClientRect().height) }, site)).observe(page);
}
