/**
 * What was entered before, kept over sessions: a file of one JSON string a line, to which
 * every session appends, so that several at once lose nothing of each other.
 */
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { replaceFile } from "../../../runtime/replace-file.ts";

const most = 2000;

export interface History {
  /** The oldest first. */
  readonly entries: readonly string[];
  add(entry: string): void;
}

/** Where the history is, by the XDG rules. */
export const historyPath = (environment: Readonly<Record<string, string | undefined>>): string =>
  join(environment.XDG_STATE_HOME || join(homedir(), ".local", "state"), "architect", "history");

/** Entries of a file; a line that is none is passed over. */
const entriesOf = (text: string): string[] =>
  text.split("\n").flatMap((line) => {
    if (line === "") return [];
    try {
      const entry: unknown = JSON.parse(line);
      return typeof entry === "string" ? [entry] : [];
    } catch {
      return [];
    }
  });

const write = (entries: readonly string[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");

const over = (entries: string[], keep: (entry: string) => void): History => ({
  entries,
  add: (entry) => {
    if (entry.trim() === "" || entries.at(-1) === entry) return;
    entries.push(entry);
    keep(entry);
  },
});

/** A history that nothing keeps. */
export const passing = (): History => over([], () => {});

/** What a file holds; of a file that has grown too long, the younger half stays. */
const read = (path: string): string[] => {
  try {
    const entries = entriesOf(readFileSync(path, "utf8"));
    if (entries.length <= 2 * most) return entries;
    const younger = entries.slice(-most);
    replaceFile(path, write(younger));
    return younger;
  } catch {
    // There is none yet, or it cannot be read: this session begins with an empty one.
    return [];
  }
};

/** The history in a file, made with its folder when there is something to keep. A file that cannot be kept is none. */
export const kept = (path: string): History =>
  over(read(path), (entry) => {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      appendFileSync(path, write([entry]), { mode: 0o600 });
    } catch {
      // A folder that cannot be written to must not keep anyone from working.
    }
  });
