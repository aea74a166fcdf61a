/** Files as the editor names them, as the workspace does, and on the disk. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { readSourceFile, type Unreadable } from "../files/read.ts";
import { defaultLimits } from "../language/world.ts";

/** The workspace's name of a document: its path, or the URI of what is no file. */
export const fileOf = (uri: string): string => {
  if (!uri.startsWith("file:")) return uri;
  try {
    return fileURLToPath(uri);
  } catch {
    return uri;
  }
};

export const uriOf = (file: string): string => (file.startsWith("/") ? pathToFileURL(file).href : file);

/** The text of a file on the disk, or why there is none. */
export const readFile = (file: string): Either<Unreadable, string> =>
  file.startsWith("/")
    ? readSourceFile(file, defaultLimits.source)
    : left({ _tag: "NotThere", reason: "it is no file" });

/** Null where it cannot be read. */
export const textOfFile = (file: string): string | null => {
  const read = readFile(file);
  return isLeft(read) ? null : read.right;
};

/** More programs than this below the folders of an editor are not looked at. */
const most = 2000;
const passedOver: ReadonlySet<string> = new Set(["node_modules", "dist", "target"]);

/** Programs below some folders; links to folders are not followed. */
export const programsBelow = (folders: readonly string[]): readonly string[] => {
  const found: string[] = [];
  const todo = [...folders];
  for (let folder = todo.pop(); folder !== undefined && found.length < most; folder = todo.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (entry.name.startsWith(".") || passedOver.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) todo.push(path);
      else if (entry.isFile() && entry.name.endsWith(".arch")) found.push(path);
    }
  }
  return found;
};
