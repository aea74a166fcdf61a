/**
 * A note of the limits of an instance. The cgroup shows most of them, but not how they were written, nor the limit of open
 * files, nor which ones this machine does not enforce.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as t from "io-ts";
import { decodeJson } from "../decode-json.ts";
import { refusedWith } from "../kernel-error.ts";
import { pathPart } from "../names.ts";
import { isDraft, replaceFile } from "../replace-file.ts";

const limits = t.readonly(
  t.partial({ memory: t.number, cpu: t.number, processes: t.number, files: t.number }),
);

const Note = t.readonly(
  t.intersection([
    t.type({
      automaton: t.string,
      index: t.number,
      /** As the program says them. */
      limits,
      /** The directory of the cgroup in each hierarchy, by what it limits, with the version. */
      groups: t.readonly(
        t.record(
          t.string,
          t.readonly(t.type({ directory: t.string, version: t.union([t.literal(1), t.literal(2)]) })),
        ),
      ),
      /** What is not enforced, and the words of the kernel. */
      unenforced: t.readonly(t.record(t.string, t.string)),
    }),
    t.partial({
      /** How many bytes there are for each directory that is kept and has a size. */
      state: t.readonly(t.record(t.string, t.number)),
    }),
  ]),
);

export type LimitsNote = t.TypeOf<typeof Note>;

/** `cart.0`: of files and cgroups. */
export const instanceName = (automaton: string, index: number): string => pathPart(`${automaton}.${index}`);

/** The notes of a system, in its directory. */
export class LimitsNotes {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = `${directory}/limits`;
  }

  read(automaton: string, index: number): LimitsNote | null {
    return this.#readFile(instanceName(automaton, index));
  }

  #readFile(name: string): LimitsNote | null {
    try {
      return decodeJson(Note, readFileSync(`${this.#directory}/${name}`, "utf8"));
    } catch (error) {
      if (refusedWith(error, "ENOENT")) return null;
      throw error;
    }
  }

  /** All that there are; what cannot be read as one is none. */
  all(): readonly LimitsNote[] {
    try {
      return readdirSync(this.#directory)
        .filter((name) => !isDraft(name))
        .map((name) => this.#readFile(name))
        .filter((note) => note !== null);
    } catch (error) {
      if (refusedWith(error, "ENOENT")) return [];
      throw error;
    }
  }

  write(note: LimitsNote): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    replaceFile(`${this.#directory}/${instanceName(note.automaton, note.index)}`, JSON.stringify(note));
  }

  remove(automaton: string, index: number): void {
    rmSync(`${this.#directory}/${instanceName(automaton, index)}`, { force: true });
  }
}
