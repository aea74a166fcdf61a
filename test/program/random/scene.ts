/**
 * The names of a program as it stands, by what kind of value they have. A name is a
 * letter for its kind, and a number: it is made only of names with lower numbers, so that
 * programs are chains, diamonds and fans of definitions, and never circles.
 */
import type { Random } from "../../random.ts";

/**
 * Numbers, durations, sizes, texts, truths, lists of numbers, lists of texts, records,
 * functions of numbers, functions of such, lists of protocols, functions that give one,
 * payload types, protocols, functions that give automata, automata, compositions, systems,
 * files.
 */
export const kinds = [
  ...(["n", "q", "z", "t", "b", "l", "v", "o", "f", "h", "r", "y"] as const),
  ...(["T", "P", "k", "a", "w", "s", "m"] as const),
];
export type Kind = (typeof kinds)[number];

export interface Named {
  readonly kind: Kind;
  readonly number: number;
  /** As it is declared now: `n7`, or `n7_2` once it was renamed. */
  readonly name: string;
}

const declaring = /^(?:--.*\n|\{-.*?-\}\s*)*(?:let|type|protocol|automaton|system)\s+([A-Za-z]\w*)/;
const wellKnown = /^([a-zA-Z])(\d+)(?:_\d+)?$/;
const importing = /^import\s+"\.\/([\w.]+)"(?:\s+sha256:\w+)?\s+(?:as\s+(\w+)|\{([^}]*)\})/;

/** What a name stands for; null of one that the generator does not give. */
export const named = (name: string): Named | null => {
  const [, letter, number] = wellKnown.exec(name) ?? [];
  const kind = kinds.find((one) => one === letter);
  return kind === undefined ? null : { kind, number: Number(number), name };
};

/** The name that a declaration declares, if it can be seen. */
export const declaredBy = (declaration: string): string | null => declaring.exec(declaration)?.[1] ?? null;

/** The file that a declaration imports, and as what. */
export const importedBy = (
  declaration: string,
): { readonly file: string; readonly as: string | undefined; readonly names: readonly string[] } | null => {
  const [, file, as, names] = importing.exec(declaration) ?? [];
  if (file === undefined) return null;
  return { file, as, names: names?.split(",").map((name) => name.trim()) ?? [] };
};

/** From here on names are of other files. */
export const libraries = 100_000;

/** There are so many protocols that wires are about; which one, the number of the automaton tells. */
export const classes = 4;
/** The class that is only received. */
export const oneWay = 2;

export class Scene {
  readonly random: Random;
  /** Whether a program is edited, not made. */
  readonly isEdited: boolean;
  readonly #own = new Map<Kind, Named[]>(kinds.map((kind) => [kind, []]));
  /** Names of other files, which may be used anywhere. */
  readonly #foreign = new Map<Kind, string[]>(kinds.map((kind) => [kind, []]));

  /** `declaredIn`: what another file declares. */
  constructor(
    random: Random,
    declarations: readonly string[],
    declaredIn: (file: string) => readonly string[],
    isEdited = true,
  ) {
    this.random = random;
    this.isEdited = isEdited;
    for (const declaration of declarations) {
      const own = named(declaredBy(declaration) ?? "");
      if (own !== null) this.#own.get(own.kind)!.push(own);
      const imported = importedBy(declaration);
      if (imported === null) continue;
      const { as, names, file } = imported;
      for (const name of as === undefined ? names : declaredIn(file)) {
        const other = named(name);
        if (other !== null) this.#foreign.get(other.kind)!.push(as === undefined ? name : `${as}.${name}`);
      }
    }
    for (const all of this.#own.values()) all.sort((a, b) => a.number - b.number);
  }

  of(kind: Kind): readonly Named[] {
    return this.#own.get(kind)!;
  }

  foreign(kind: Kind): string | null {
    const all = this.#foreign.get(kind)!;
    return all.length === 0 ? null : this.random.pick(all);
  }

  /** A name of a kind with a number below, or at times of another file. */
  ref(kind: Kind, below: number): string | null {
    return (this.random.once(10) ? this.foreign(kind) : null) ?? this.own(kind, below);
  }

  /** A name of this file, with a number below: mostly near (chains) or very low (fans). */
  own(kind: Kind, below: number, fits: (number: number) => boolean = () => true): string | null {
    const { random } = this;
    const all = this.of(kind).filter(({ number }) => number < below && fits(number));
    if (all.length === 0) return null;
    if (random.once(2)) return all[all.length - 1 - random.below(Math.min(3, all.length))]!.name;
    return random.once(2) ? all[random.below(Math.min(2, all.length))]!.name : random.pick(all).name;
  }
}

/** The file beside all programs that they may read. */
export const readFile = { path: "plain.conf", text: "plain\n" };
