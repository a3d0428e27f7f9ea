// Files to send along, each of which can be taken out again.

import { Wrongness } from "./Field.tsx";
import type { Say } from "./words.ts";

interface Shown {
  files: File[];
  wrong: string | undefined;
  limits: { most: number; size: number };
  say: Say;
  change: (files: File[]) => void;
}

export function Files({ files, wrong, limits, say, change }: Shown) {
  const add = (input: HTMLInputElement) => {
    change([...files, ...(input.files ?? [])]);
    input.value = ""; // the same file can be chosen again
  };
  return (
    <div class="field">
      <label for="files">{say("files")}</label>
      <input
        id="files" type="file" multiple aria-invalid={Boolean(wrong)} aria-describedby={wrong ? "files-hint files-wrong" : "files-hint"}
        onChange={(event) => add(event.currentTarget)}
      />
      <p class="hint" id="files-hint">{say("files.hint", limits)}</p>
      <Wrongness id="files-wrong" word={wrong} say={say} values={limits} />
      {files.length > 0 && (
        <ul>
          {files.map((file, at) => (
            <li>
              <span>{file.name}</span>
              <button type="button" aria-label={say("files.remove", { name: file.name })} onClick={() => change(files.filter((_, other) => other !== at))}>×</button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
