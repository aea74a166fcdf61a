/** A plain world for tests: evaluates a text's declarations as they are asked for, once each. */
import { Document } from "../../grammar/document.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { evaluateDeclaration } from "../../src/language/evaluate.ts";
import type { Problem } from "../../src/language/problem.ts";
import { positionIn } from "../../src/language/site.ts";
import { poison, type Value } from "../../src/language/value.ts";
import {
  defaultLimits,
  type EvaluationResult,
  type Limits,
  type Remembered,
  type World,
} from "../../src/language/world.ts";

export interface Options {
  readonly inputs?: Readonly<Record<string, Value>>;
  /** `cell` of the host, or `automaton.cell`. */
  readonly observed?: Readonly<Record<string, number>>;
  readonly limits?: Partial<Limits>;
  readonly modules?: Readonly<Record<string, Value>>;
}

export class Program {
  readonly document: Document;
  readonly world: World;
  /** The terms that were remembered, as often as they were computed. */
  readonly computed: Term[] = [];
  /** What was read of the world. */
  readonly read = new Set<string>();
  readonly #outcomes = new Map<string, EvaluationResult>();
  #remembered: Map<Term, Map<string | null, Remembered>>;

  constructor(
    text: string,
    options: Options = {},
    terms = new Terms(),
    remembered = new Map<Term, Map<string | null, Remembered>>(),
  ) {
    this.document = Document.parse(text, terms);
    this.#remembered = remembered;
    const inputs = new Map(Object.entries(options.inputs ?? {}));
    const observed = new Map(Object.entries(options.observed ?? {}));
    const modules = new Map(Object.entries(options.modules ?? {}));
    this.world = {
      module: "test.arch",
      limits: { ...defaultLimits, ...options.limits },
      global: (name) => {
        this.read.add(name);
        return modules.get(name) ?? (this.#keyOf(name) === undefined ? undefined : this.outcome(name).value);
      },
      globals: () => [...modules.keys(), ...this.names()],
      input: (name, fallback) => inputs.get(name) ?? fallback,
      observed: (of, cell) => {
        this.read.add(`${of ?? "host"}.${cell}`);
        return observed.get(of === null ? cell : `${of}.${cell}`) ?? 0;
      },
      remember: (term, binding, compute) => {
        const ofTerm = this.#remembered.get(term) ?? new Map<string | null, Remembered>();
        const known = ofTerm.get(binding);
        if (known !== undefined) return known;
        this.computed.push(term);
        const outcome = compute(this.world);
        this.#remembered.set(term, ofTerm.set(binding, outcome));
        return outcome;
      },
    };
    for (const { errors } of this.document.declarations) {
      if (errors.length > 0) throw new Error(`the test's program does not parse: ${errors[0]!.message}`);
    }
  }

  names(): string[] {
    return [...this.document.declarations].flatMap(({ names }) => names);
  }

  #keyOf(name: string): { readonly key: string; readonly term: Term } | undefined {
    for (const { names, key, term } of this.document.declarations) {
      if (names.includes(name) && term !== null && term.node._tag !== "Import") return { key, term };
    }
    return undefined;
  }

  outcome(name: string): EvaluationResult {
    const known = this.#outcomes.get(name);
    if (known !== undefined) return known;
    const { key, term } = this.#keyOf(name)!;
    // Cycles are found before anything is evaluated; here what leads back is poison.
    this.#outcomes.set(name, { value: poison, problems: [] });
    const outcome = evaluateDeclaration(term, key, this.world);
    this.#outcomes.set(name, outcome);
    return outcome;
  }

  /** All problems, of all declarations. */
  check(): readonly Problem[] {
    return this.names().flatMap((name) => this.outcome(name).problems);
  }

  /** `code "the text that is underlined"` for each problem. */
  underlined(): readonly string[] {
    return this.check().map((problem) => `${problem.code} ${JSON.stringify(this.textAt(problem.site))}`);
  }

  /** The text that a site underlines. */
  textAt(site: Problem["site"]): string {
    let offset = 0;
    for (const { key, term, spans, length } of this.document.declarations) {
      if (key === site.declaration && term !== null) {
        const from = 4 * positionIn(term, site)! + (site.focus === true ? 2 : 0);
        return this.document.text.slice(offset + spans[from]!, offset + spans[from + 1]!);
      }
      offset += length;
    }
    throw new Error(`no text for ${site.declaration}`);
  }
}

/** The outcome of one expression, with declarations around it. */
export const run = (expression: string, around = "", options: Options = {}): EvaluationResult =>
  new Program(`${around}\nlet it_ = ${expression}\n`, options).outcome("it_");
