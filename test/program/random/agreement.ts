/** What a program that lives must have in common with one opened anew, and with the oracle. */
import type { Diagnostic, Range } from "../../../src/core/diagnostic.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { subject } from "../../../src/core/operation.ts";
import type { Resource } from "../../../src/core/resource.ts";
import type { Program } from "../../../src/program/program.ts";
import { differing } from "../oracle/same.ts";
import type { Result, Wrong } from "../oracle.ts";

export class Disagreement extends Error {}

const refuse = (what: string, live: unknown, expected: unknown): never => {
  const shown = (value: unknown): string => JSON.stringify(value, null, 1)?.slice(0, 2_000) ?? "nothing";
  throw new Disagreement(`${what}\nlive: ${shown(live)}\nexpected: ${shown(expected)}`);
};

export const desiredOf = (program: Program): Record<string, Resource> =>
  Object.fromEntries([...program.resources()].map((resource) => [resource.key, resource]));

/** The same JSON, keys in the same order. */
export const sameText = (what: string, live: unknown, expected: unknown): void => {
  if (JSON.stringify(live) !== JSON.stringify(expected)) refuse(what, live, expected);
};

/** What agreed: objects of the one side, each with one of the other. They are never changed. */
export type Agreed = WeakMap<object, object>;

/** The same resources in the same order, each the same JSON. */
export const sameDesired = (
  live: Readonly<Record<string, Resource>>,
  expected: Readonly<Record<string, Resource>>,
  agreed: Agreed,
): void => {
  const keys = Object.keys(expected);
  sameText("resources that are desired", Object.keys(live), keys);
  for (const key of keys) {
    if (agreed.get(live[key]!) === expected[key]) continue;
    sameText(`desired: ${key}`, live[key], expected[key]);
    agreed.set(live[key]!, expected[key]!);
  }
};

/** Of these codes several may be told of one place. */
const manifold = new Set<string>([
  ...["ambiguous-connection", "ambiguous-union", "not-one-way", "port-conflict", "protocol-mismatch"],
  ...["requirement-already-wired", "unknown-port", "unsatisfied-requirement"],
]);
const placeOf = ({ code, message, file, range }: Wrong): string =>
  JSON.stringify([code, file, range, manifold.has(code) ? message : ""]);
const exactly = ({ code, message, file, range: { start, end } }: Wrong): string =>
  JSON.stringify([code, message, file, start.line, start.column, end.line, end.column]);
const isBefore = ({ start: a }: Range, { start: b }: Range): boolean =>
  a.line < b.line || (a.line === b.line && a.column <= b.column);

/** All that is wrong is told, once a place, in the order of the text; and nothing else. */
export const sameWrong = (diagnostics: readonly Diagnostic[], wrong: readonly Wrong[]): void => {
  const known = new Set(wrong.map(exactly));
  const places = new Set(diagnostics.map(placeOf));
  for (const one of diagnostics) if (!known.has(exactly(one))) refuse("told, but not wrong", one, wrong);
  for (const one of wrong) if (!places.has(placeOf(one))) refuse("wrong, but not told", diagnostics, one);
  if (places.size < diagnostics.length) refuse("told twice", diagnostics, wrong);
  diagnostics.forEach((one, i) => {
    const before = diagnostics[i - 1];
    const inOrder = before === undefined || before.file < one.file || isBefore(before.range, one.range);
    if (!inOrder) refuse("not in the order of the text", diagnostics, wrong);
  });
};

/** Each definition that a name stands for has the very value that it has from scratch. */
export const sameValues = (program: Program, { values }: Result, agreed: Agreed): number => {
  const { workspace } = program;
  let compared = 0;
  sameText("files", [...workspace.modules.keys()].sort(), [...values.keys()].sort());
  for (const [file, names] of values) {
    const { bindings } = workspace.modules.get(file)!;
    const declared = [...bindings].filter(([, binding]) => binding.declared.length > 0).map(([name]) => name);
    sameText(`names of ${file}`, declared.sort(), [...names.keys()].sort());
    for (const [name, value] of names) {
      const live = workspace.valueOf(workspace.lookup(file, name)!);
      const path = differing(live, value, (automaton) => workspace.handles.plain(automaton), agreed);
      if (path !== null) refuse(`value of ${name} in ${file} at ${path}`, null, null);
      compared++;
    }
  }
  return compared;
};

/** Does in a world what operations say: they must speak of it as it is. */
export const carryOut = (world: Map<string, Resource>, operations: readonly Operation[]): void => {
  for (const operation of operations) {
    const { key } = subject(operation);
    sameText(`${operation.op} ${key}`, operation.before, world.get(key) ?? null);
    if (operation.after === null) world.delete(key);
    else world.set(key, operation.after);
  }
};

/** A world is what is desired. */
export const sameWorld = (world: ReadonlyMap<string, Resource>, desired: Record<string, Resource>): void => {
  const keys = Object.keys(desired);
  if (keys.length !== world.size) refuse("resources in the world", [...world.keys()], keys);
  for (const key of keys)
    if (world.get(key) !== desired[key]) sameText(`${key} in the world`, world.get(key), desired[key]);
};
