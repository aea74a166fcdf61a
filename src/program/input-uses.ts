/**
 * Where a program asks for its inputs, and with which defaults. One input has one value, so all
 * places that ask for it must mean one kind of value, and say one default.
 */
import { Cell } from "../core/node.ts";
import { Sweeping } from "../core/sweeping.ts";
import { byText } from "../language/compare.ts";
import { describe, kindOf } from "../language/describe.ts";
import { equal } from "../language/equality.ts";
import { valueKey } from "../language/evaluation/value-key.ts";
import type { Problem, Site } from "../language/problem.ts";
import { sameSite } from "../language/site.ts";
import type { Value } from "../language/value.ts";

/** One place that asks for an input, with one default. */
interface Use {
  readonly fallback: Value;
  /** Of the default. */
  readonly site: Site;
  /** Read by all that ask there: nobody asks any more where nobody reads it. */
  readonly cell: Cell<null>;
}

const keyOf = (fallback: Value, { module, declaration, at }: Site): string =>
  JSON.stringify([module, declaration, at, valueKey(fallback)]);

const same = (a: Value, b: Value): boolean => equal(a, b) === true;

/** The uses of one input, by the chunk of a list that they are in, if they are in one. */
class Uses {
  readonly #all = new Map<Site["within"], Map<string, Use>>();
  readonly #first: Value;
  /** Whether two defaults were ever met: until then nothing can be wrong. */
  differ = false;

  constructor(first: Value) {
    this.#first = first;
  }

  find(fallback: Value, site: Site): Use | undefined {
    return this.#all.get(site.within)?.get(keyOf(fallback, site));
  }

  add(use: Use): void {
    const { fallback, site } = use;
    let within = this.#all.get(site.within);
    if (within === undefined) {
      within = new Map();
      this.#all.set(site.within, within);
    }
    within.set(keyOf(fallback, site), use);
    this.differ ||= !same(this.#first, fallback);
  }

  /** Those that something asks for. */
  *living(): Iterable<Use> {
    for (const within of this.#all.values())
      for (const use of within.values()) if (use.cell.observed) yield use;
  }
}

/** All uses of all inputs of a program. */
export class InputUses {
  #byName = new Map<string, Uses>();
  #size = 0;
  readonly #sweeping = new Sweeping(256);

  /** The cell to be read by what asks for an input at a place. */
  cell(name: string, fallback: Value, site: Site): Cell<null> {
    const known = this.#byName.get(name)?.find(fallback, site);
    if (known !== undefined) return known.cell;
    if (this.#sweeping.isDue(this.#size)) this.#sweep();
    const use = { fallback, site, cell: new Cell(null) };
    this.#add(name, use);
    return use.cell;
  }

  #add(name: string, use: Use): void {
    let uses = this.#byName.get(name);
    if (uses === undefined) {
      uses = new Uses(use.fallback);
      this.#byName.set(name, uses);
    }
    uses.add(use);
    this.#size++;
  }

  /** Forgets the places where nobody asks any more. */
  #sweep(): void {
    const all = this.#byName;
    this.#byName = new Map();
    this.#size = 0;
    for (const [name, uses] of all) for (const use of uses.living()) this.#add(name, use);
    this.#sweeping.done(this.#size);
  }

  /**
   * Each place that means another input than the first one does. `compare`: which of two places comes first; `isRead`: whether the
   * program has a place's file still, which may be about to be closed.
   */
  *problems(compare: (a: Site, b: Site) => number, isRead: (site: Site) => boolean): Iterable<Problem> {
    for (const [name, uses] of this.#byName) {
      if (!uses.differ) continue;
      const inOrder = (a: Use, b: Use): number =>
        compare(a.site, b.site) || byText(valueKey(a.fallback), valueKey(b.fallback));
      const living = [...uses.living()].filter(({ site }) => isRead(site));
      const [first, ...others] = living.sort(inOrder);
      for (const other of others)
        if (!same(first!.fallback, other.fallback)) yield conflict(name, first!, other);
    }
  }
}

const conflict = (name: string, first: Use, other: Use): Problem => {
  const [here, elsewhere] = [describe(other.fallback), describe(first.fallback)];
  const isOneKind = kindOf(first.fallback) === kindOf(other.fallback);
  const isOnePlace = sameSite(first.site, other.site);
  const rule = isOneKind ? "an input has one default" : "an input takes one kind of value";
  return {
    code: "conflicting-input",
    message: isOnePlace
      ? `${rule}: calls of this give \`${name}\` ${elsewhere} and ${here}`
      : `${rule}: that of \`${name}\` is ${here} here and ${elsewhere} elsewhere`,
    site: other.site,
    hints: [
      ...(isOnePlace ? [] : [{ message: "it is asked for here first", site: first.site }]),
      { message: `declare it once, \`let ${letName(name)} = input(…)\`, and use that name` },
    ],
  };
};

/** A name for a declaration of the input. */
const letName = (name: string): string => name.replace(/\W/g, "_").replace(/^(?=\d)/, "_");
