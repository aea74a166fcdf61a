/** The history of the edits of a program, in a file of the user's own. */
import { mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { replaceFile } from "../../../runtime/replace-file.ts";
import { hashOf } from "../../edits/hash.ts";
import { type EditHistory, noHistory } from "../../edits/history.ts";

const splice = t.type({ file: t.string, start: t.number, end: t.number, text: t.string });
const splices = t.array(splice);
const file = t.type({ file: t.string, before: t.string, after: t.string, forward: splices, back: splices });
const edited = t.type({ goal: t.string, files: t.array(file) });
const history = t.type({ done: t.array(edited), undone: t.array(edited) });

/** Where the history of a program is, by the XDG rules; `program` is where its file really is. */
export const editHistoryPath = (
  program: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string =>
  join(
    environment.XDG_STATE_HOME || join(homedir(), ".local", "state"),
    "architect",
    "edits",
    `${hashOf(program).slice(0, 32)}.json`,
  );

/** The history in a file; none where there is no file, or one that is none. */
export const readHistory = (path: string): EditHistory => {
  try {
    const decoded = history.decode(JSON.parse(readFileSync(path, "utf8")));
    return isLeft(decoded) ? noHistory : decoded.right;
  } catch {
    return noHistory;
  }
};

/** Keeps the history; why it cannot, or null. */
export const writeHistory = (path: string, kept: EditHistory): string | null => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    replaceFile(path, `${JSON.stringify(kept)}\n`);
    return null;
  } catch (error) {
    return error instanceof KernelError ? error.words : (error as Error).message;
  }
};
