/** The files of a program as definitions, each with the names that it mentions; plainly. */
import type { Declaration } from "../../../grammar/declaration.ts";
import { Document } from "../../../grammar/document.ts";
import { type Term, Terms } from "../../../src/core/term.ts";
import { allFreeNames } from "../../../src/language/names.ts";

export interface Definition {
  readonly file: string;
  /** Unique in its file. */
  readonly key: string;
  /** Null where a broken declaration does not even show a name. */
  readonly name: string | null;
  readonly declaration: Declaration;
  /** Of the declaration in its file. */
  readonly index: number;
  /** Null where the text does not parse. */
  readonly term: Term | null;
  /** Whether it is the first of the names of its declaration. */
  readonly isFirst: boolean;
}

export interface Module {
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  /** In the order of the text. */
  readonly definitions: readonly Definition[];
  /** What each name stands for: the first in the text that declares it. */
  readonly names: ReadonlyMap<string, Definition>;
}

export const readModule = (file: string, text: string): Module => {
  const document = Document.parse(text, new Terms());
  const definitions: Definition[] = [];
  const keys = new Set<string>();
  [...document.declarations].forEach((declaration, index) => {
    const names = declaration.names.length > 0 ? declaration.names : [null];
    names.forEach((name, i) => {
      const wanted = names.length > 1 ? `${declaration.key} ${name}` : declaration.key;
      let key = wanted;
      for (let ordinal = 2; keys.has(key); ordinal++) key = `${wanted}#${ordinal}`;
      keys.add(key);
      const { term } = declaration;
      definitions.push({ file, key, name, declaration, index, term, isFirst: i === 0 });
    });
  });
  const names = new Map<string, Definition>();
  for (const one of definitions) if (one.name !== null && !names.has(one.name)) names.set(one.name, one);
  return { file, text, document, definitions, names };
};

/** The definitions of its file that a definition mentions. */
const mentionedBy = ({ term }: Definition, { names }: Module): readonly Definition[] => {
  if (term === null || term.node._tag === "Import") return [];
  const isModule = (name: string): boolean => {
    const node = names.get(name)?.term?.node;
    return node?._tag === "Import" && node.as !== null;
  };
  return [...allFreeNames(term, isModule)].flatMap((name) => names.get(name) ?? []);
};

export interface Order {
  /** All that can be evaluated, each behind what it mentions. */
  readonly order: readonly Definition[];
  /** Of each definition that leads to itself: all of its cycle, in the order of the text. */
  readonly cycles: ReadonlyMap<Definition, readonly Definition[]>;
}

/** The order of evaluation, and what has none. */
export const orderOf = (module: Module): Order => {
  const mentioned = new Map(module.definitions.map((one) => [one, mentionedBy(one, module)]));
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
  // What is left leads to itself, or to something that does.
  const reached = new Map<Definition, ReadonlySet<Definition>>();
  for (const one of waiting.keys()) {
    const found = new Set<Definition>();
    const todo = [...mentioned.get(one)!];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      todo.push(...mentioned.get(next)!);
    }
    reached.set(one, found);
  }
  const inText = module.definitions.filter((one) => reached.get(one)?.has(one));
  const together = (one: Definition, other: Definition): boolean =>
    reached.get(one)!.has(other) && reached.get(other)!.has(one);
  const cycles = new Map(inText.map((one) => [one, inText.filter((other) => together(one, other))]));
  return { order, cycles };
};
