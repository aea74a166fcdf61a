/** Random cells: what is set from outside, and what is observed of the world. */

import type { CellKey } from "../../../src/core/cell-key.ts";
import type { Value } from "../../../src/language/value.ts";
import type { Program } from "../../../src/program/program.ts";
import { settingOf } from "../../../src/program/setting.ts";
import type { Update } from "../../../src/program/update.ts";
import type { Random } from "../../random.ts";

/** What is set, as the oracle knows it. */
export interface Cells {
  readonly inputs: ReadonlyMap<string, Value>;
  readonly cells: ReadonlyMap<string, unknown>;
}

export interface Setting {
  readonly kind:
    | "set an input"
    | "set what is observed"
    | "set who is ready"
    | "hold instances"
    | "set who listens elsewhere";
  /** All that is set then. */
  readonly cells: Cells;
  readonly apply: (program: Program) => Update;
}

const observed = ["connections", "connectionRate", "bytesPerSecond", "cpu", "ready"];

const observing = (
  kind: Setting["kind"],
  { inputs, cells }: Cells,
  known: readonly [string, unknown],
  put: readonly [string, unknown] = known,
): Setting => ({
  kind,
  cells: { inputs, cells: new Map([...cells, known]) },
  apply: (program) => program.observe([[put[0] as CellKey, put[1]]]),
});

/** Readiness is told instance by instance, and known as the set of those that are not. */
const readiness = (name: string, index: number, isReady: boolean, cells: Cells): Setting => {
  const key = `unready ${name}`;
  const unready = new Set(cells.cells.get(key) as ReadonlySet<number> | undefined);
  if (isReady) unready.delete(index);
  else unready.add(index);
  return observing("set who is ready", cells, [key, unready], [`ready ${name}/${index}`, isReady]);
};

/** A random cell with a random value; null where the program has no such cell, or takes no such value. */
export const randomSetting = (program: Program, random: Random, before: Cells): Setting | null => {
  const members = [...program.augmentation.tree].map(({ key }) => key).filter((key) => !key.includes("|"));
  const name = members.length === 0 ? null : random.pick(members);
  if (name !== null && random.once(6)) return readiness(name, random.below(3), random.once(2), before);
  if (name !== null && random.once(8)) {
    const held = random.once(2) ? undefined : 1 + random.below(4);
    return observing("hold instances", before, [`held ${name}`, held]);
  }
  if (name !== null && random.once(8)) {
    const member = program.augmentation.get(name)!.member;
    const ports = member._tag === "Union" ? [] : member.automaton.provides.map((port) => port.name);
    const there = ports.length === 0 ? undefined : { [random.below(3)]: { [random.pick(ports)]: 7000 } };
    return observing("set who listens elsewhere", before, [`listens ${name}`, there]);
  }
  const [cell, value] = random.pick<readonly [string, string | number | boolean]>([
    ["region", `r${random.below(3)}`],
    [`k${random.below(3)}`, random.below(5)],
    ["mem", random.pick(["1GB", "512MiB", "3"])],
    ["flag", random.once(2)],
    [random.pick(["host.cpus", "host.memory"]), 1 + random.below(8)],
    ...(name === null ? [] : observed.map((of) => [`${name}.${of}`, random.below(60)] as const)),
  ]);
  const setting = settingOf(program, cell, value);
  switch (setting._tag) {
    case "Refused":
      return null;
    case "Input":
      return {
        kind: "set an input",
        cells: { inputs: new Map([...before.inputs, [setting.name, setting.value]]), cells: before.cells },
        apply: (of) => of.setInput(setting.name, setting.value),
      };
    case "Observed":
      return observing("set what is observed", before, [setting.cell, setting.value]);
  }
};
