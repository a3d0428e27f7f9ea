// Files that are too large to travel inside of a message: each is put into the hub's store first, then named by its id.

import { fileName, LARGEST_FILES, mediaTypeOf, postedFile } from "../src/files.ts";
import { fieldsOf, type FormAt } from "./post.ts";

export interface Room {
  upload: string;
  url: string;
  fields: Record<string, string>;
}

export interface NamedFile {
  name: string;
  content_type: string;
  upload: string;
}

// `busy`: so many for today; `files`: the store did not take it.
export class UploadFailed extends Error {
  constructor(readonly trouble: "busy" | "network" | "files") {
    super(trouble);
  }
}

export interface Store {
  // Makes room for a file.
  ask: (type: string, size: number) => Promise<Room>;
  // `sent`: in bytes of the file.
  put: (room: Room, file: File, sent: (bytes: number) => void) => Promise<void>;
}

// What a message says of its files. `kept`: those that lie there already, from an earlier attempt. `sent`: the share of all
// bytes that has left, 0 to 1.
export async function attached(files: readonly File[], store: Store, kept: Map<File, string>, sent: (share: number) => void): Promise<object[]> {
  const all = files.reduce((sum, file) => sum + file.size, 0);
  if (all <= LARGEST_FILES) return Promise.all(files.map(postedFile));
  const named: NamedFile[] = [];
  let gone = 0;
  for (const file of files) {
    const type = mediaTypeOf(file.type);
    if (!kept.has(file)) {
      const room = await store.ask(type, file.size);
      await store.put(room, file, (bytes) => sent((gone + bytes) / all));
      kept.set(file, room.upload);
    }
    gone += file.size;
    sent(gone / all);
    named.push({ name: fileName(file.name), content_type: type, upload: kept.get(file)! });
  }
  return named;
}

export function storeAt(hub: FormAt): Store {
  return {
    ask: async (content_type, size) => {
      const answer = await fetch(`${hub.address}/uploads`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...fieldsOf(hub) },
        body: JSON.stringify({ content_type, size }),
        credentials: "omit",
        referrerPolicy: "no-referrer",
      }).catch(() => null);
      if (!answer) throw new UploadFailed("network");
      if (!answer.ok) throw new UploadFailed(answer.status === 429 ? "busy" : answer.status >= 500 ? "network" : "files");
      return (await answer.json()) as Room;
    },
    put: (room, file, sent) =>
      new Promise((done, failed) => {
        const form = new FormData();
        for (const [name, value] of Object.entries(room.fields)) form.append(name, value);
        form.append("file", file);
        const request = new XMLHttpRequest();
        request.open("POST", room.url);
        request.timeout = 600_000;
        request.upload.onprogress = (event) => sent(Math.min(event.loaded, file.size));
        request.onloadend = () => {
          if (request.status >= 200 && request.status < 300) done();
          else failed(new UploadFailed(request.status >= 400 && request.status < 500 ? "files" : "network"));
        };
        request.send(form);
      }),
  };
}
