/** Evaluates all definitions of a program and of the files that it imports; plainly. */
import { check, conflicts } from "../../../src/language/composition/check.ts";
import { sizeOf } from "../../../src/language/composition/facts.ts";
import { evaluateDeclaration } from "../../../src/language/evaluate.ts";
import type { Problem, Site } from "../../../src/language/problem.ts";
import { poison, type Value } from "../../../src/language/value.ts";
import type { EvaluationResult, Limits, World } from "../../../src/language/world.ts";
import { conflictingInputs } from "./asking.ts";
import { Imports } from "./importing.ts";
import type { Memory } from "./memory.ts";
import type { Order } from "./ordering.ts";
import type { Definition, Module } from "./reading.ts";

export interface Given {
  readonly main: string;
  /** The text of each file, by its name. Imports and `read` name them as `./NAME`. */
  readonly files: ReadonlyMap<string, string>;
  readonly inputs: ReadonlyMap<string, Value>;
  /** Which system; undefined: the first in the text. */
  readonly system: string | undefined;
  /** Whether it runs, so that a text without it is refused. */
  readonly isKept: boolean;
  /** By the name that passes know: `observed a.connections`. */
  readonly cells: ReadonlyMap<string, unknown>;
  readonly limits: Limits;
}

/** Compositions with more facts than this are looked through only in systems. */
const mostFacts = 1_000;
const none: readonly Problem[] = [];

/** By what an expression reads more than definitions. */
const readsOfWorld = ["input", "host", "read"];

/** Where an input is asked for, and with which default. */
export interface Use {
  readonly name: string;
  readonly fallback: Value;
  readonly site: Site;
}

/** What is evaluated itself has asked for inputs; what is imported has not. */
export interface Evaluated extends EvaluationResult {
  readonly uses?: readonly Use[];
}

/** An outcome, and a number that tells it from others. */
interface Numbered extends Evaluated {
  readonly number: number;
}

export class Evaluation {
  readonly modules = new Map<string, Module>();
  readonly problems: Problem[] = [];
  readonly #outcomes = new Map<Definition, Numbered>();
  readonly #uses: Use[] = [];
  readonly #orders = new Map<string, Order>();
  readonly #imports: Imports;
  readonly #given: Given;
  readonly #memory: Memory;
  /** Of inputs and the host. */
  readonly #world: number;
  readonly #poison: Numbered;

  constructor(given: Given, memory: Memory) {
    this.#given = given;
    this.#memory = memory;
    this.#imports = new Imports(given.main, given.files, memory);
    const host = [hostCell(given, "cpus"), hostCell(given, "memory")];
    this.#world = memory.number("world", memory.numberOf(given.inputs), ...host);
    this.#poison = { value: poison, problems: none, number: memory.number("poison") };
    for (const { module, order } of this.#imports.files.values()) {
      this.modules.set(module.file, module);
      this.#orders.set(module.file, order);
      for (const definition of [...order.order, ...module.definitions]) this.#outcomeOf(module, definition);
    }
    this.problems.push(...conflictingInputs(this.#uses, given.main, this.modules));
  }

  get main(): Module {
    return this.modules.get(this.#given.main)!;
  }

  valueOf(definition: Definition): Value {
    return this.#outcomes.get(definition)!.value;
  }

  #outcomeOf(module: Module, definition: Definition): Numbered {
    const known = this.#outcomes.get(definition);
    if (known !== undefined) return known;
    const outcome = this.#evaluate(module, definition);
    this.#outcomes.set(definition, outcome);
    this.problems.push(...outcome.problems);
    this.#uses.push(...(outcome.uses ?? []));
    return outcome;
  }

  #evaluate(module: Module, definition: Definition): Numbered {
    const { name, term } = definition;
    if (term === null) return this.#poison;
    const first = name === null ? definition : module.names.get(name);
    if (first !== definition) this.#report("duplicate-name", `${name} is declared twice`, definition);
    const cycle = this.#orders.get(module.file)!.cycles.get(definition);
    if (cycle !== undefined) {
      const names = cycle.map((one) => one.name);
      const others = `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are defined by each other`;
      const message = names.length === 1 ? `${names[0]} is defined by itself` : others;
      if (cycle[0] === definition) this.#report("cyclic-definition", message, definition);
      return this.#poison;
    }
    return term.node._tag === "Import" ? this.#imported(definition) : this.#declared(module, definition);
  }

  /** What comes of a declaration depends on it and on what it mentions, of the world or the file: on nothing else. */
  #declared(module: Module, definition: Definition): Numbered {
    const { file, key, declaration } = definition;
    const names = this.#orders.get(file)!.names.get(definition)!;
    const mentioned = names.flatMap((name) => {
      const other = module.names.get(name);
      return [name, other === undefined ? "" : this.#outcomeOf(module, other).number];
    });
    const memory = this.#memory;
    const world = readsOfWorld.some((name) => names.includes(name)) ? [this.#world] : [];
    const number = memory.number(file, key, memory.numberOf(declaration), ...mentioned, ...world);
    return { ...memory.outcome(number, () => this.#fromScratch(module, definition)), number };
  }

  #fromScratch(module: Module, definition: Definition): Evaluated {
    const uses: Use[] = [];
    return { ...this.#evaluated(module, definition, uses), uses };
  }

  #evaluated(module: Module, { file, key, term }: Definition, uses: Use[]): EvaluationResult {
    const { node } = term!;
    const given = this.#given;
    const world: World = {
      module: file,
      limits: given.limits,
      global: (name) => {
        const other = module.names.get(name);
        return other === undefined ? undefined : this.#outcomeOf(module, other).value;
      },
      globals: () => module.names.keys(),
      input: (name, fallback, site) => {
        uses.push({ name, fallback, site });
        return given.inputs.get(name) ?? fallback;
      },
      readFile: (path) => {
        const name = path.replace("./", "");
        return { file: name, text: given.files.get(name) ?? null, reason: null };
      },
      observed: (of, cell) => (of === null ? hostCell(given, cell) : 0),
      remember: (_, __, compute) => compute(world),
    };
    const { value, problems } = evaluateDeclaration(term!, key, world);
    if (value._tag !== "Composition") return { value, problems };
    const { composition } = value;
    const site = { module: file, declaration: key, at: 0, focus: true } as const;
    if (node._tag === "SystemDecl" && file === given.main)
      return { value, problems: [...problems, ...check(composition, site)] };
    const isTold = node._tag === "LetDecl" && sizeOf(composition.facts) <= mostFacts;
    return { value, problems: isTold ? [...problems, ...conflicts(composition)] : problems };
  }

  #imported(definition: Definition): Numbered {
    const { file: from, key, name, term, isFirst } = definition;
    const { node } = term!;
    if (node._tag !== "Import") throw new Error("not an import");
    const found = this.#imports.found.get(definition)!;
    const failed = (what: Pick<Problem, "code" | "message">, at: number): Numbered => {
      const site = { module: from, declaration: key, at };
      return { ...this.#poison, problems: [{ ...what, site, hints: [] }] };
    };
    if (!("file" in found)) return isFirst ? failed(found, 0) : this.#poison;
    const { file } = found;
    const module = this.modules.get(file)!;
    const of = (field: string): Numbered => this.#outcomeOf(module, module.names.get(field)!);
    if (node.as !== null) {
      const names = [...module.names.keys()].sort();
      const memory = this.#memory;
      const number = memory.number(
        ...["module", file, names.length],
        ...names.flatMap((field) => [field, of(field).number]),
      );
      const make = (): EvaluationResult => {
        const fields = new Map(names.map((field) => [field, of(field).value]));
        return { value: { _tag: "Module", file, fields }, problems: none };
      };
      return { ...memory.outcome(number, make), number };
    }
    if (name === null) return this.#poison;
    if (module.names.has(name)) return { ...of(name), problems: none, uses: [] };
    const at =
      1 + node.children.findIndex((child) => child.node._tag === "Imported" && child.node.name === name);
    return failed({ code: "unknown-name", message: `${file} declares no ${name}` }, at);
  }

  #report(code: Problem["code"], message: string, { file, key }: Definition): void {
    const site = { module: file, declaration: key, at: 0, focus: true } as const;
    this.problems.push({ code, message, site, hints: [] });
  }
}

/** What `host` has, where nothing is set. */
export const hostCell = ({ cells }: Given, cell: string): number =>
  (cells.get(`observed host.${cell}`) as number | undefined) ?? (cell === "cpus" ? 1 : 2 ** 30);
