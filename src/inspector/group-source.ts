/** How the text groups the automata of a system, found out again when those or the text change. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { Program } from "../program/program.ts";
import type { Follower } from "./follower.ts";
import { type Groups, groupsOf, noGroups } from "./grouping.ts";
import { groupedNames } from "./text-groups.ts";

/**
 * After so long the text is read again, once: whoever keeps the program may have been slower than we to see the
 * change. Where it had errors or could not be read, again and again. In milliseconds.
 */
const againMs = 3_000;

/** Tells whether a file is the one that was read; empty where there is none. */
const stampOf = (file: string): string => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.mtimeMs}/${found.size}/${found.ino}`;
};

/** For all pages of an inspector. */
export class GroupSource {
  readonly #follower: Pick<Follower, "snapshot">;
  readonly #program: () => Promise<Program | null>;
  readonly #clock: Clock;
  readonly #tell: (groups: Groups) => void;
  /** Of the program's files, as they were when it was read last. */
  #stamps: ReadonlyMap<string, string> = new Map();
  #names = "";
  /** When the text is read again, whatever has changed. */
  #again = 0;
  #groups: Groups = noGroups;
  #isBusy = false;

  constructor(
    follower: Pick<Follower, "snapshot">,
    program: () => Promise<Program | null>,
    clock: Clock,
    tell: (groups: Groups) => void,
  ) {
    this.#follower = follower;
    this.#program = program;
    this.#clock = clock;
    this.#tell = tell;
  }

  get groups(): Groups {
    return this.#groups;
  }

  /** Finds out whether they are as they were. */
  async look(): Promise<void> {
    const { automata, head } = this.#follower.snapshot;
    const names = [...automata.keys()].join(" ");
    const main = head?.value.file ?? null;
    const files = new Set([...this.#stamps.keys(), ...(main === null ? [] : [main])]);
    // Before the text is read: what changes meanwhile is a change for the next look.
    const stamps = new Map([...files].map((file) => [file, stampOf(file)]));
    const isSame =
      names === this.#names && [...stamps].every(([file, stamp]) => this.#stamps.get(file) === stamp);
    const isDue = this.#clock.now() >= this.#again;
    if (this.#isBusy || (isSame && !isDue)) return;
    this.#isBusy = true;
    // Until it is read.
    this.#again = this.#clock.now() + againMs;
    this.#names = names;
    this.#stamps = stamps;
    try {
      const program = await this.#program();
      // A text with errors groups nothing anew: what runs is that of before.
      if (program === null) return;
      const own = [...program.workspace.modules.keys()].map((file) => resolve(file));
      this.#stamps = new Map(
        [...new Set([...own, ...(main === null ? [] : [main])])].map((file) => [
          file,
          stamps.get(file) ?? stampOf(file),
        ]),
      );
      if (isSame) this.#again = Number.POSITIVE_INFINITY;
      this.#groups = groupsOf(groupedNames(program));
      this.#tell(this.#groups);
    } finally {
      this.#isBusy = false;
    }
  }
}
