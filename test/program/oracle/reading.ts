/** A file of a program as definitions, each with the names that it mentions; plainly. */
import type { Declaration } from "../../../grammar/declaration.ts";
import type { Range } from "../../../src/core/diagnostic.ts";
import type { Term } from "../../../src/core/term.ts";
import type { Parser } from "./parsing.ts";

export interface Definition {
  readonly file: string;
  /** Unique in its file. */
  readonly key: string;
  /** Null where a broken declaration does not even show a name. */
  readonly name: string | null;
  readonly declaration: Declaration;
  /** Where that begins in the text. */
  readonly offset: number;
  /** Null where the text does not parse. */
  readonly term: Term | null;
  /** Whether it is the first of the names of its declaration. */
  readonly isFirst: boolean;
}

export class Module {
  readonly file: string;
  readonly text: string;
  /** In the order of the text. */
  readonly definitions: readonly Definition[];
  /** What each name stands for: the first in the text that declares it. */
  readonly names: ReadonlyMap<string, Definition>;
  /** Where lines begin. */
  #lines: readonly number[] | null = null;

  constructor(file: string, text: string, parser: Parser) {
    const definitions: Definition[] = [];
    const keys = new Set<string>();
    let offset = 0;
    for (const declaration of parser.parse(text)) {
      const { term, length } = declaration;
      const names = declaration.names.length > 0 ? declaration.names : [null];
      names.forEach((name, i) => {
        const wanted = names.length > 1 ? `${declaration.key} ${name}` : declaration.key;
        let key = wanted;
        for (let ordinal = 2; keys.has(key); ordinal++) key = `${wanted}#${ordinal}`;
        keys.add(key);
        definitions.push({ file, key, name, declaration, offset, term, isFirst: i === 0 });
      });
      offset += length;
    }
    const names = new Map<string, Definition>();
    for (const one of definitions) if (one.name !== null && !names.has(one.name)) names.set(one.name, one);
    this.file = file;
    this.text = text;
    this.definitions = definitions;
    this.names = names;
  }

  /** Offsets as lines and columns, from 1. */
  rangeOf(start: number, end: number): Range {
    this.#lines ??= [
      0,
      ...[...this.text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length),
    ];
    const lines = this.#lines;
    const position = (offset: number) => {
      const line = lines.findLastIndex((begin) => begin <= offset);
      return { line: line + 1, column: offset - lines[line]! + 1 };
    };
    return { start: position(start), end: position(end) };
  }

  isImportedAs(name: string): boolean {
    const node = this.names.get(name)?.term?.node;
    return node?._tag === "Import" && node.as !== null;
  }
}
