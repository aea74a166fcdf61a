/** The secrets of a program: which have a value, and that it changed. The values themselves never come here. */
import { KernelError } from "../../../runtime/kernel-error.ts";
import type { SecretStore } from "../../../runtime/secrets/store.ts";
import { type CellKey, secretCell, secretsCell } from "../../core/cell-key.ts";
import type { Cancel, Clock } from "../../core/clock.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import type { Program } from "../../program/program.ts";
import type { Update } from "../../program/update.ts";
import type { Taken } from "../runner/orchestrator.ts";

/** How often the store is looked at, in milliseconds. */
const lookEveryMs = 500;

/** Versions of secrets, by their names. */
export type Versions = Readonly<Record<string, string>>;

/** What a change of the store does to the program, and what it is called. */
export type ChangeSecret = (headline: string, cells: readonly (readonly [CellKey, unknown])[]) => Taken;

const cellsOf = (versions: ReadonlyMap<string, string>) =>
  [...versions].map(([name, version]) => [secretCell(name), version] as const);

/** Says in a program which secrets have a value: from then on those that have none are mistakes. With one, nothing is said. */
export const giveSecrets = (program: Program, versions: ReadonlyMap<string, string>): Update =>
  program.observe([...cellsOf(versions), [secretsCell, true]]);

/** Follows the store for a program that runs. */
export class FollowedSecrets {
  readonly #store: SecretStore;
  readonly #program: Program;
  readonly #change: ChangeSecret;
  /** Those that are read and have no value any more, which was told. */
  readonly #unset = new Set<string>();
  /** Why the store cannot be read, as it was told. */
  #unreadable: string | null = null;
  readonly #tell: (text: string) => void;
  #known: ReadonlySet<string> = new Set();

  /** `change`: makes it so in what runs. `tell`: what people should know. */
  constructor(store: SecretStore, program: Program, change: ChangeSecret, tell: (text: string) => void) {
    this.#store = store;
    this.#program = program;
    this.#change = change;
    this.#tell = tell;
  }

  /** Before it runs. */
  restore(): void {
    const versions = this.#versions();
    if (versions === null) return;
    // One that is missed must not take the others along.
    if (hasErrors(giveSecrets(this.#program, versions).diagnostics))
      for (const cell of cellsOf(versions)) this.#program.observe([cell]);
    this.#known = new Set([...this.#program.workspace.cells.secrets(), ...versions.keys()]);
  }

  /** Takes what has changed in the store. */
  look(): void {
    const versions = this.#versions();
    if (versions === null) return;
    const names = new Set([...this.#known, ...versions.keys()]);
    for (const name of names) this.#take(name, versions.get(name));
    this.#known = names;
    // Where the store could not be read before, or one is still missed.
    if (this.#program.workspace.cells.get(secretsCell) !== true)
      this.#change("the secrets can be read", [[secretsCell, true]]);
  }

  /** Looks again and again, until it is cancelled. */
  follow(clock: Clock): Cancel {
    return clock.every(lookEveryMs, () => this.look());
  }

  #take(name: string, version: string | undefined): void {
    const cell = secretCell(name);
    const isTold = this.#unset.delete(name);
    if (this.#program.workspace.cells.get(cell) === version) return;
    // What reads it goes on with its last value.
    const stays = isTold && version === undefined && this.#program.augmentation.reads(cell);
    if (!stays && !hasErrors(this.#change(`the secret ${name} was changed`, [[cell, version]]).diagnostics))
      return;
    this.#unset.add(name);
    if (!isTold)
      this.#tell(
        `the secret ${name} has no value any more: what runs with it goes on, and cannot be started anew`,
      );
  }

  /** Null where the store cannot be read, which is told once. */
  #versions(): ReadonlyMap<string, string> | null {
    try {
      const versions = this.#store.versions();
      this.#unreadable = null;
      return versions;
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      const message = `the secrets cannot be read: cannot ${error.operation}: ${error.words}`;
      if (this.#unreadable !== message) this.#tell(message);
      this.#unreadable = message;
      return null;
    }
  }
}
