/** Transactions of the program: what they change in the desired resources is taken over. */
import { hasErrors } from "../core/diagnostic.ts";
import { type Operation, subject } from "../core/operation.ts";
import type { Process, ResourceKey } from "../core/resource.ts";
import { attend } from "./attend.ts";
import type { Change } from "./journal.ts";
import type { Parts } from "./parts.ts";
import { automatonOf, type Setting } from "./steering.ts";

export class Transactions {
  readonly #parts: Parts;
  /** Processes that a transaction did away with: the next one of the same turn may want them again. */
  readonly #dropped = new Set<ResourceKey>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  take(operations: readonly Operation[], change: Change): void {
    const { reconciler, troubles, helm, turns } = this.#parts;
    reconciler.want(operations);
    for (const one of operations) {
      const { kind, automaton } = subject(one);
      troubles.forget(one.key);
      if (kind === "process")
        this.#desire(one.key, one.before as Process | null, one.after as Process | null);
      if (automaton !== null) helm.touch(automaton, change);
      turns.own(one.key, change);
    }
  }

  /** Sets cells. One that the program cannot take leaves the others. */
  set(settings: readonly Setting[], change: Change): void {
    const { program, outlook } = this.#parts;
    if (settings.every(([cell, value]) => program.workspace.cells.get(cell) === value)) return;
    const { diagnostics, operations } = program.observe(settings);
    if (!hasErrors(diagnostics)) {
      this.take(operations, change);
      outlook.understood(settings);
    } else if (settings.length > 1) {
      for (const setting of settings) this.set([setting], change);
    } else {
      outlook.misunderstood(settings[0]!, diagnostics);
    }
  }

  /** So many instances run already: they are held until it is decided what becomes of each. */
  hold(counts: ReadonlyMap<string, number>): void {
    const { program, scaling, steering } = this.#parts;
    const settings: Setting[] = [];
    for (const [name, count] of counts) {
      const found = automatonOf(program, name);
      if (found === null) continue;
      scaling.adopt(name, count);
      const held: readonly Setting[] = count > found.instances.count ? [[`held ${name}`, count]] : [];
      steering.adopt(name, count, held);
      settings.push(...held);
    }
    if (settings.length > 0) program.observe(settings);
  }

  /** What was done away with and is not wanted again is nobody's to look after. */
  forgetDropped(): void {
    const { reconciler, wards, senses } = this.#parts;
    for (const key of this.#dropped) {
      if (reconciler.desired(key) !== undefined) continue;
      wards.forget(key);
      senses.forget(key);
    }
    this.#dropped.clear();
  }

  #desire(key: ResourceKey, before: Process | null, after: Process | null): void {
    if (after === null) {
      this.#dropped.add(key);
      return;
    }
    this.#parts.wards.desire(after);
    if (before !== null && before.spec === after.spec) attend(this.#parts, after);
  }
}
