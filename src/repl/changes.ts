/** What came out different: the values of a program before and after it was changed. */
import { written } from "../assist/written.ts";
import { wordOfField } from "../core/clauses.ts";
import { identical } from "../language/equality.ts";
import { type AutomatonBody, bodyFields, bodyOf, type Value } from "../language/value.ts";
import type { Program } from "../program/program.ts";

/** The values of a program's own names, as they are now. */
export interface Snapshot {
  readonly program: Program;
  readonly values: ReadonlyMap<string, Value>;
  /** An automaton whose body changes stays the same value wherever it is named. */
  readonly bodies: ReadonlyMap<string, AutomatonBody>;
}

export interface Changed {
  readonly name: string;
  readonly value: Value;
  /** Of an automaton whose ports are as before, the clauses that are not. */
  readonly clauses: readonly string[];
}

export function* valuesOf({ workspace, file }: Program): Generator<readonly [string, Value]> {
  for (const [name, { declared }] of workspace.modules.get(file)?.bindings ?? []) {
    const first = declared[0];
    if (first !== undefined) yield [name, workspace.valueOf(first)];
  }
}

export const snapshot = (program: Program): Snapshot => {
  const values = new Map(valuesOf(program));
  const bodies = new Map<string, AutomatonBody>();
  for (const [name, value] of values) if (value._tag === "Automaton") bodies.set(name, bodyOf(value));
  return { program, values, bodies };
};

/** Wide enough for any line: what is compared is not shown. */
const wide = 1000;

/** Names that both have, with other values now. */
export const changesSince = (before: Snapshot, program: Program): readonly Changed[] => {
  const changed: Changed[] = [];
  for (const [name, value] of valuesOf(program)) {
    const old = before.values.get(name);
    if (old === undefined) continue;
    const body = before.bodies.get(name);
    if (old === value && body !== undefined && value._tag === "Automaton") {
      const other = bodyFields.filter((field) => !identical(body[field], value[field]));
      if (other.length > 0) changed.push({ name, value, clauses: other.map(wordOfField) });
    } else if (old !== value && (program === before.program || written(old, wide) !== written(value, wide)))
      changed.push({ name, value, clauses: [] });
  }
  return changed;
};
