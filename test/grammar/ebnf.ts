/** The grammar file as data, programs made from it, and whether it derives given tokens. */
import { readFileSync } from "node:fs";
import type { Random } from "../random.ts";

export type Ebnf =
  /** A production in lower case, a token in upper case, or a word or sign in quotes. */
  | { readonly _tag: "Symbol"; readonly name: string; readonly quoted: boolean }
  | { readonly _tag: "Sequence" | "Choice"; readonly parts: readonly Ebnf[] }
  | { readonly _tag: "Optional" | "Repeated"; readonly part: Ebnf };

export type Grammar = ReadonlyMap<string, Ebnf>;

const lexemes = /\(\*[\s\S]*?\*\)|"[^"]*"|'[^']*'|[A-Za-z_0-9]+|[=|;(){}[\],…]/g;

export const readGrammar = (): Grammar => {
  const text = readFileSync(new URL("../../../grammar/architect.ebnf", import.meta.url), "utf8");
  const tokens = [...text.matchAll(lexemes)]
    .map(([token]) => token)
    .filter((token) => !token.startsWith("(*"));
  let at = 0;
  const choice = (): Ebnf => {
    const parts = [sequence()];
    while (tokens[at] === "|") {
      at++;
      parts.push(sequence());
    }
    return parts.length === 1 ? parts[0]! : { _tag: "Choice", parts };
  };
  const sequence = (): Ebnf => {
    const parts: Ebnf[] = [];
    while (!["|", ";", ")", "]", "}"].includes(tokens[at]!)) parts.push(item());
    return { _tag: "Sequence", parts };
  };
  const item = (): Ebnf => {
    const token = tokens[at++]!;
    if (token === "(" || token === "[" || token === "{") {
      const part = choice();
      at++;
      if (token === "(") return part;
      return { _tag: token === "[" ? "Optional" : "Repeated", part };
    }
    const quoted = /^["']/.test(token);
    return { _tag: "Symbol", name: quoted ? token.slice(1, -1) : token, quoted };
  };
  const grammar = new Map<string, Ebnf>();
  while (at < tokens.length) {
    const name = tokens[at]!;
    at += 2;
    grammar.set(name, choice());
    at++;
  }
  return grammar;
};

export const isProduction = (name: string): boolean => /^[a-z]/.test(name);

/** How many symbols a part derives at least. */
export const shortest = (grammar: Grammar): ReadonlyMap<string, number> => {
  const lengths = new Map<string, number>();
  const measure = (part: Ebnf): number => {
    switch (part._tag) {
      case "Symbol":
        return part.quoted || !isProduction(part.name)
          ? 1
          : (lengths.get(part.name) ?? Number.POSITIVE_INFINITY);
      case "Sequence":
        return part.parts.reduce((sum, each) => sum + measure(each), 0);
      case "Choice":
        return Math.min(...part.parts.map(measure));
      case "Optional":
      case "Repeated":
        return 0;
    }
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, part] of grammar) {
      const length = measure(part);
      if (length === (lengths.get(name) ?? Number.POSITIVE_INFINITY)) continue;
      lengths.set(name, length);
      changed = true;
    }
  }
  return lengths;
};

/**
 * Symbols that `production` derives, chosen at random, about as many as `budget` at most;
 * `lengths` are `shortest`. Productions not in `used` are preferred.
 */
export const derive = (
  grammar: Grammar,
  lengths: ReadonlyMap<string, number>,
  production: string,
  random: Random,
  budget: number,
  used: Set<string>,
): { readonly name: string; readonly quoted: boolean }[] => {
  const derived: { name: string; quoted: boolean }[] = [];
  let left = budget;
  const least = (part: Ebnf): number => {
    if (part._tag === "Symbol") return part.quoted ? 1 : (lengths.get(part.name) ?? 1);
    if (part._tag === "Sequence") return part.parts.reduce((sum, each) => sum + least(each), 0);
    if (part._tag === "Choice") return Math.min(...part.parts.map(least));
    return 0;
  };
  const leadsToUntried = (part: Ebnf): boolean => {
    if (part._tag === "Symbol") return !part.quoted && isProduction(part.name) && !used.has(part.name);
    return "parts" in part ? part.parts.some(leadsToUntried) : leadsToUntried(part.part);
  };
  const walk = (part: Ebnf): void => {
    switch (part._tag) {
      case "Symbol":
        if (part.quoted || !isProduction(part.name)) {
          derived.push(part);
          left--;
        } else {
          used.add(part.name);
          walk(grammar.get(part.name)!);
        }
        break;
      case "Sequence":
        for (const each of part.parts) walk(each);
        break;
      case "Choice": {
        const short = Math.min(...part.parts.map(least));
        const open = left > 0 ? part.parts : part.parts.filter((each) => least(each) === short);
        const untried = open.filter(leadsToUntried);
        walk(random.pick(untried.length > 0 ? untried : open));
        break;
      }
      case "Optional":
        if (left > 0 && (random.once(2) || leadsToUntried(part.part))) walk(part.part);
        break;
      case "Repeated":
        while (left > 0 && (random.once(2) || leadsToUntried(part.part))) walk(part.part);
        break;
    }
  };
  used.add(production);
  walk(grammar.get(production)!);
  return derived;
};

/** Gives each thing a number of its own. */
const numbering = <T>(): ((thing: T) => number) => {
  const numbers = new Map<T, number>();
  return (thing) => {
    const number = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, number);
    return number;
  };
};

interface Item {
  readonly production: string;
  /** What is still to come, and what comes behind it. */
  readonly rest: Rest | null;
  readonly origin: number;
}
interface Rest {
  readonly part: Ebnf;
  readonly next: Rest | null;
}

/**
 * Whether `production` derives `tokens` (J. Earley, 1970). `matches` tells whether a
 * symbol stands for the token of an index.
 */
export const derives = (
  grammar: Grammar,
  production: string,
  length: number,
  matches: (symbol: { readonly name: string; readonly quoted: boolean }, at: number) => boolean,
): boolean => {
  const rests = new Map<string, Rest>();
  const idOf = numbering<Rest | null>();
  const partId = numbering<Ebnf>();
  const before = (part: Ebnf, next: Rest | null): Rest => {
    const key = `${partId(part)} ${idOf(next)}`;
    const rest = rests.get(key) ?? { part, next };
    rests.set(key, rest);
    return rest;
  };
  const sets: { readonly items: Item[]; readonly keys: Set<string> }[] = Array.from(
    { length: length + 1 },
    () => ({
      items: [],
      keys: new Set(),
    }),
  );
  const add = (at: number, item: Item): void => {
    const key = `${item.production} ${idOf(item.rest)} ${item.origin}`;
    if (sets[at]!.keys.has(key)) return;
    sets[at]!.keys.add(key);
    sets[at]!.items.push(item);
  };
  add(0, { production, rest: before(grammar.get(production)!, null), origin: 0 });
  for (let at = 0; at <= length; at++) {
    const { items } = sets[at]!;
    const completed = new Set<string>();
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      const { rest } = item;
      if (rest === null) {
        if (item.origin === at) completed.add(item.production);
        for (const waiting of [...sets[item.origin]!.items]) {
          const { rest: other } = waiting;
          if (other?.part._tag !== "Symbol" || other.part.quoted || other.part.name !== item.production)
            continue;
          add(at, { ...waiting, rest: other.next });
        }
        continue;
      }
      const { part, next } = rest;
      switch (part._tag) {
        case "Symbol":
          if (part.quoted || !isProduction(part.name)) {
            if (at < length && matches(part, at)) add(at + 1, { ...item, rest: next });
          } else {
            add(at, { production: part.name, rest: before(grammar.get(part.name)!, null), origin: at });
            if (completed.has(part.name)) add(at, { ...item, rest: next });
          }
          break;
        case "Sequence": {
          const all = part.parts.reduceRight<Rest | null>((behind, each) => before(each, behind), next);
          add(at, { ...item, rest: all });
          break;
        }
        case "Choice":
          for (const each of part.parts) add(at, { ...item, rest: before(each, next) });
          break;
        case "Optional":
          add(at, { ...item, rest: next });
          add(at, { ...item, rest: before(part.part, next) });
          break;
        case "Repeated":
          add(at, { ...item, rest: next });
          add(at, { ...item, rest: before(part.part, rest) });
          break;
      }
    }
  }
  return sets[length]!.items.some(
    (item) => item.production === production && item.rest === null && item.origin === 0,
  );
};
