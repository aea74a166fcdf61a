/** How the text groups the automata of a system, found out again when those or the text change. */
import { statSync } from "node:fs";
import type { Program } from "../program/program.ts";
import type { Follower } from "./follower.ts";
import { type Groups, groupsOf, noGroups } from "./grouping.ts";
import { groupedNames } from "./text-groups.ts";

const changedAt = (file: string | null): number =>
  file === null ? 0 : (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);

/** For all pages of an inspector. */
export class GroupSource {
  readonly #follower: Follower;
  readonly #program: () => Promise<Program | null>;
  readonly #tell: (groups: Groups) => void;
  #key = "";
  #groups: Groups = noGroups;
  #isBusy = false;

  constructor(follower: Follower, program: () => Promise<Program | null>, tell: (groups: Groups) => void) {
    this.#follower = follower;
    this.#program = program;
    this.#tell = tell;
  }

  get groups(): Groups {
    return this.#groups;
  }

  /** Finds out whether they are as they were. */
  async look(): Promise<void> {
    const { automata, head } = this.#follower.snapshot;
    const key = `${changedAt(head?.value.file ?? null)} ${[...automata.keys()].join(" ")}`;
    if (this.#isBusy || key === this.#key) return;
    this.#isBusy = true;
    this.#key = key;
    try {
      const program = await this.#program();
      // A text with errors groups nothing anew: what runs is that of before.
      if (program === null) return;
      this.#groups = groupsOf(groupedNames(program));
      this.#tell(this.#groups);
    } finally {
      this.#isBusy = false;
    }
  }
}
