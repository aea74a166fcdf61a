/** Files as the editor names them, as the workspace does, and on the disk. */
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

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

/** Null where there is no such file, or where it may not be read. */
export const textOfFile = (file: string): string | null => {
  if (!file.startsWith("/")) return null;
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
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
