// An edit of the configuration that is not saved yet. It lies in the browser, so that looking at the inbox in between,
// or a tab that closes, loses nothing.

import type { Json } from "./document.ts";

const PLACE = "splot.settings";

export interface Edit {
  // What was edited.
  version: string;
  base: Json;
  document: Json;
}

export function readEdit(store: Storage): Edit | null {
  try {
    return JSON.parse(store.getItem(PLACE) ?? "null") as Edit | null;
  } catch {
    return null;
  }
}

export function keepEdit(store: Storage, edit: Edit | null): void {
  try {
    if (edit) store.setItem(PLACE, JSON.stringify(edit));
    else store.removeItem(PLACE);
  } catch {
    // No room in the browser: what is on the screen stays there.
  }
}
