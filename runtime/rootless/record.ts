/** The note by which the commands of a user find the process that holds his namespaces. */
import { readFileSync, rmSync } from "node:fs";
import * as t from "io-ts";
import { decodeJson } from "../decode-json.ts";
import { refusedWith } from "../kernel-error.ts";
import { replaceFile } from "../replace-file.ts";

const Held = t.type({ _tag: t.literal("held"), pid: t.number, startTime: t.number });
const Failed = t.type({
  _tag: t.literal("failed"),
  pid: t.number,
  operation: t.string,
  code: t.string,
  words: t.string,
});
const HolderNote = t.union([Held, Failed]);

/** Held by a process (its pid and start time), or what it failed with. */
export type HolderNote = t.TypeOf<typeof HolderNote>;

const notePath = (stateRoot: string): string => `${stateRoot}/.holder`;

/** Notes what has become of a holder. Throws a `KernelError` where the disk takes nothing. */
export const writeNote = (stateRoot: string, note: HolderNote): void =>
  replaceFile(notePath(stateRoot), JSON.stringify(note));

/** Null where there is none that can be read. */
export const readNote = (stateRoot: string): HolderNote | null => {
  try {
    return decodeJson(HolderNote, readFileSync(notePath(stateRoot), "utf8"));
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

/** Removes the note; nothing where there is none. */
export const removeNote = (stateRoot: string): void => rmSync(notePath(stateRoot), { force: true });
