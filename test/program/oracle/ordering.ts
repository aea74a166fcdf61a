/** Which definitions of a file are evaluated before which, and which lead to themselves; plainly. */
import type { Parser } from "./parsing.ts";
import type { Definition, Module } from "./reading.ts";

export interface Order {
  /** The names that each mentions, whether the file has them or not. */
  readonly names: ReadonlyMap<Definition, readonly string[]>;
  /** All that can be evaluated, each behind what it mentions. */
  readonly order: readonly Definition[];
  /** Of each definition that leads to itself: all of its cycle, in the order of the text. */
  readonly cycles: ReadonlyMap<Definition, readonly Definition[]>;
}

const namesIn = ({ term }: Definition, module: Module, parser: Parser): readonly string[] => {
  if (term === null || term.node._tag === "Import") return [];
  return [...parser.mentionedIn(term, (name) => module.isImportedAs(name))];
};

export const orderOf = (module: Module, parser: Parser): Order => {
  const names = new Map(module.definitions.map((one) => [one, namesIn(one, module, parser)]));
  const mentioned = new Map<Definition, readonly Definition[]>();
  for (const [one, all] of names)
    mentioned.set(
      one,
      all.flatMap((name) => module.names.get(name) ?? []),
    );
  const order: Definition[] = [];
  const waiting = new Map<Definition, number>();
  const readers = new Map<Definition, Definition[]>(module.definitions.map((one) => [one, []]));
  for (const [one, others] of mentioned) {
    waiting.set(one, others.length);
    for (const other of others) readers.get(other)!.push(one);
  }
  const ready = module.definitions.filter((one) => waiting.get(one) === 0);
  for (let one = ready.pop(); one !== undefined; one = ready.pop()) {
    order.push(one);
    waiting.delete(one);
    for (const reader of readers.get(one)!) {
      const left = waiting.get(reader)! - 1;
      waiting.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  return { names, order, cycles: cyclesAmong([...waiting.keys()], mentioned) };
};

/** What is left when all is taken out that can be evaluated leads to itself, or to something that does. */
const cyclesAmong = (
  left: readonly Definition[],
  mentioned: ReadonlyMap<Definition, readonly Definition[]>,
): Order["cycles"] => {
  const reached = new Map<Definition, ReadonlySet<Definition>>();
  for (const one of left) {
    const found = new Set<Definition>();
    const todo = [...mentioned.get(one)!];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      todo.push(...mentioned.get(next)!);
    }
    reached.set(one, found);
  }
  const cyclic = left.filter((one) => reached.get(one)!.has(one));
  const together = (one: Definition, other: Definition): boolean =>
    reached.get(one)!.has(other) && reached.get(other)!.has(one);
  return new Map(cyclic.map((one) => [one, cyclic.filter((other) => together(one, other))]));
};
