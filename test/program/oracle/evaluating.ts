/** Evaluates all definitions of a program and of the files that it imports; plainly. */
import { createHash } from "node:crypto";
import { conflicts } from "../../../src/language/composition/check.ts";
import { sizeOf } from "../../../src/language/composition/facts.ts";
import { evaluateDeclaration } from "../../../src/language/evaluate.ts";
import type { Problem } from "../../../src/language/problem.ts";
import { poison, type Value } from "../../../src/language/value.ts";
import { defaultLimits, type World } from "../../../src/language/world.ts";
import { type Definition, type Module, type Order, orderOf, readModule } from "./reading.ts";

export interface Given {
  readonly main: string;
  /** The text of each file, by its name. Imports name them as `./NAME`. */
  readonly files: ReadonlyMap<string, string>;
  readonly inputs: ReadonlyMap<string, Value>;
  /** Which system; undefined: the first in the text. */
  readonly system: string | undefined;
  /** Whether it runs, so that a text without it is refused. */
  readonly isKept: boolean;
  /** By the name that passes know: `observed a.connections`. */
  readonly cells: ReadonlyMap<string, unknown>;
}

/** Compositions with more facts than this are looked through only in systems. */
const mostFacts = 1_000;

export class Evaluation {
  readonly modules = new Map<string, Module>();
  readonly values = new Map<Definition, Value>();
  readonly problems: Problem[] = [];
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
    this.#module(given.main);
  }

  get main(): Module {
    return this.modules.get(this.#given.main)!;
  }

  #module(file: string): Module {
    const known = this.modules.get(file);
    if (known !== undefined) return known;
    const module = readModule(file, this.#given.files.get(file)!);
    this.modules.set(file, module);
    const order = orderOf(module);
    for (const definition of order.order) this.#valueOf(module, definition, order);
    for (const definition of module.definitions) this.#valueOf(module, definition, order);
    return module;
  }

  #valueOf(module: Module, definition: Definition, order: Order): Value {
    const known = this.values.get(definition);
    if (known !== undefined) return known;
    const value = this.#evaluate(module, definition, order);
    this.values.set(definition, value);
    return value;
  }

  #evaluate(module: Module, definition: Definition, order: Order): Value {
    const { file, key, name, term } = definition;
    if (term === null) return poison;
    const first = name === null ? definition : module.names.get(name);
    if (first !== definition) this.#report("duplicate-name", `${name} is declared twice`, definition);
    const cycle = order.cycles.get(definition);
    if (cycle !== undefined) {
      const names = cycle.map((one) => one.name);
      const others = `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are defined by each other`;
      const message = names.length === 1 ? `${names[0]} is defined by itself` : others;
      if (cycle[0] === definition) this.#report("cyclic-definition", message, definition);
      return poison;
    }
    if (term.node._tag === "Import") return this.#imported(definition);
    const world: World = {
      module: file,
      limits: defaultLimits,
      global: (global) => {
        const other = module.names.get(global);
        return other === undefined ? undefined : this.#valueOf(module, other, order);
      },
      globals: () => module.names.keys(),
      input: (input, fallback) => this.#given.inputs.get(input) ?? fallback,
      observed: (of, cell) => (of === null ? hostCell(this.#given, cell) : 0),
      remember: (_, compute) => compute(world),
    };
    const { value, problems } = evaluateDeclaration(term, key, world);
    this.problems.push(...problems);
    const isLet = term.node._tag === "LetDecl";
    if (isLet && value._tag === "Composition" && sizeOf(value.composition.facts) <= mostFacts)
      this.problems.push(...conflicts(value.composition));
    return value;
  }

  #imported({ file: from, key, name, term, isFirst }: Definition): Value {
    const { node } = term!;
    if (node._tag !== "Import") throw new Error("not an import");
    const file = node.path.replace("./", "");
    if (!this.#given.files.has(file)) {
      const message = `there is no file ${JSON.stringify(node.path)}`;
      const site = { module: from, declaration: key, at: 0 };
      if (isFirst) this.problems.push({ code: "import-not-found", message, site, hints: [] });
      return poison;
    }
    const actual = createHash("sha256").update(this.#given.files.get(file)!).digest("hex");
    if (node.sha256 !== null && node.sha256.toLowerCase() !== actual) {
      const message = `${file} is not the file that was meant: its sha256 is ${actual}`;
      const site = { module: from, declaration: key, at: 0 };
      if (isFirst) this.problems.push({ code: "import-integrity", message, site, hints: [] });
      return poison;
    }
    const { names } = this.#module(file);
    if (node.as !== null) {
      const fields = new Map(
        [...names.keys()].sort().map((field) => [field, this.values.get(names.get(field)!)!]),
      );
      return { _tag: "Module", file, fields };
    }
    const found = name === null ? poison : names.has(name) ? this.values.get(names.get(name)!) : undefined;
    if (found !== undefined) return found;
    const at = 1 + node.kids.findIndex((kid) => kid.node._tag === "Imported" && kid.node.name === name);
    const site = { module: from, declaration: key, at };
    this.problems.push({ code: "unknown-name", message: `${file} declares no ${name}`, site, hints: [] });
    return poison;
  }

  #report(code: Problem["code"], message: string, { file, key }: Definition): void {
    const site = { module: file, declaration: key, at: 0, focus: true } as const;
    this.problems.push({ code, message, site, hints: [] });
  }
}

/** What `host` has, where nothing is set. */
export const hostCell = ({ cells }: Given, cell: string): number =>
  (cells.get(`observed host.${cell}`) as number | undefined) ?? (cell === "cpus" ? 1 : 2 ** 30);
