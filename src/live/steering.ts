/**
 * From what is known of an automaton's instances to the cells that steer it: how many
 * are held, and which of them take connections.
 */
import type { Instances } from "../../passes/instances.ts";
import { type Instance, instanceKey, processKey } from "../core/resource.ts";
import type { AutomatonMember } from "../language/member.ts";
import type { Program } from "../program/program.ts";
import type { Reconciler } from "../reconcile.ts";
import type { Scaled, Scaling } from "./scaling.ts";
import type { LoadCell } from "./senses.ts";
import type { Wards } from "./wards.ts";

export type Setting = readonly [cell: string, value: unknown];

/** How long open connections of an instance that leaves may take to finish, in milliseconds. */
export const drainGraceMs = 10_000;

export interface Steered extends Scaled {
  /** What equations of the automaton ask of its load. */
  readonly cells: ReadonlySet<LoadCell>;
}

/** What the passes say of an automaton now; null where there is none of that name. */
export const automatonOf = (
  program: Program,
  name: string,
): { readonly member: AutomatonMember; readonly instances: Instances } | null => {
  const found = program.augmentation.get(name);
  if (found === undefined || found.member._tag === "Union") return null;
  return { member: found.member, instances: found.attributes.instances as Instances };
};

/** The observed cells that any equation of the automaton reads. */
const cellsReadBy = (program: Program, name: string): ReadonlySet<LoadCell | "ready"> => {
  const prefix = `observed ${name}.`;
  const cells = new Set<LoadCell | "ready">();
  for (const { reads } of program.augmentation.trace(name)) {
    for (const read of reads)
      if (read.startsWith(prefix)) cells.add(read.slice(prefix.length) as LoadCell | "ready");
  }
  return cells;
};

/** Whether less load alone may mean fewer instances: only then there is something to settle. */
export const followsLoad = (program: Program, name: string): boolean =>
  program.augmentation
    .trace(name)
    .some(({ pass, reads }) => pass === "instances" && reads.some((read) => read.startsWith("observed ")));

export class Steering {
  readonly #program: Program;
  readonly #reconciler: Reconciler;
  readonly #wards: Wards;
  readonly #scaling: Scaling;
  /** How many there were to be, when last decided: whoever is asked to leave is one of them. */
  readonly #held = new Map<string, number>();
  /** Settings as last made, to make only those that change. */
  readonly #made = new Map<string, Map<string, unknown>>();

  constructor(program: Program, reconciler: Reconciler, wards: Wards, scaling: Scaling) {
    this.#program = program;
    this.#reconciler = reconciler;
    this.#wards = wards;
    this.#scaling = scaling;
  }

  instance(name: string, index: number): Instance | null {
    const found = this.#reconciler.actual(instanceKey(name, index));
    return found?.kind === "instance" ? found : null;
  }

  /** So many were found running, and the settings for them stand until the next steering. */
  adopt(name: string, count: number, settings: readonly Setting[]): void {
    this.#held.set(name, count);
    if (settings.length > 0) this.#made.set(name, new Map(settings));
  }

  /** Decides for one automaton. Null where it is gone; then its settings are taken back. */
  steer(
    name: string,
    now: number,
  ): { readonly steered: Steered | null; readonly settings: readonly Setting[] } {
    const found = automatonOf(this.#program, name);
    if (found === null) {
      this.#scaling.forget(name);
      this.#held.delete(name);
      return { steered: null, settings: this.#make(name, new Map()) };
    }
    const { automaton } = found.member;
    const runs = automaton.runs !== null;
    const { count, asked, settle } = found.instances;
    const most = Math.max(count, this.#held.get(name) ?? 0);
    const indices = Array.from({ length: most }, (_, index) => index);
    const seats = indices
      .filter((index) => this.instance(name, index) !== null)
      .map((index) => this.#seat(name, index, runs));
    const scaled = this.#scaling.decide(
      name,
      {
        asked,
        settleMs: automaton.settle !== null || followsLoad(this.#program, name) ? settle : 0,
        seats,
        reached: runs && automaton.provides.length > 0,
        graceMs: drainGraceMs,
      },
      now,
    );
    this.#held.set(name, scaled.hold);
    const wanted = new Map<string, unknown>();
    if (scaled.hold !== asked) wanted.set(`held ${name}`, scaled.hold);
    for (let index = 0; runs && index < Math.max(count, scaled.hold); index++) {
      const takes = this.#wards.isReady(processKey(name, index)) && !scaled.out.has(index);
      if (!takes) wanted.set(`ready ${name}/${index}`, false);
    }
    const ready = seats.filter((seat) => seat.ready && !scaled.out.has(seat.index)).length;
    const cells = new Set<LoadCell>();
    for (const cell of cellsReadBy(this.#program, name)) {
      if (cell === "ready") wanted.set(`observed ${name}.ready`, ready);
      else cells.add(cell);
    }
    return { steered: { ...scaled, cells }, settings: this.#make(name, wanted) };
  }

  #seat(name: string, index: number, runs: boolean) {
    const key = processKey(name, index);
    if (!runs) return { index, current: true, ready: true, hopeless: false };
    const [actual, desired] = [this.#reconciler.actual(key), this.#reconciler.desired(key)];
    // What does not run now starts as it is wanted now.
    const current = actual?.kind !== "process" || desired?.kind !== "process" || actual.spec === desired.spec;
    return { index, current, ready: this.#wards.isReady(key), hopeless: this.#wards.isHopeless(key) };
  }

  #make(name: string, wanted: ReadonlyMap<string, unknown>): readonly Setting[] {
    const made = this.#made.get(name) ?? new Map<string, unknown>();
    const settings: Setting[] = [];
    for (const [cell, value] of wanted) if (made.get(cell) !== value) settings.push([cell, value]);
    for (const cell of made.keys()) if (!wanted.has(cell)) settings.push([cell, undefined]);
    if (wanted.size === 0) this.#made.delete(name);
    else this.#made.set(name, new Map(wanted));
    return settings;
  }
}
