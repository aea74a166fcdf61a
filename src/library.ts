/**
 * Architect as a library: pure, without a kernel, without files but through a resolver.
 *
 * ```ts
 * const program = openProgram({ file: "shop.arch", text });
 * program.update(edited).operations;
 * ```
 */
import type { Diagnostic, Range } from "./core/diagnostic.ts";
import { type Operation as EngineOperation, subject } from "./core/operation.ts";
import type { Resource } from "./core/resource.ts";
import { type Explanation, explain } from "./program/explain.ts";
import type { Options } from "./program/options.ts";
import { Program as Engine } from "./program/program.ts";
import type { Reason } from "./program/reasons.ts";
import { settingOf } from "./program/setting.ts";
import type { Update as EngineUpdate, Stats } from "./program/update.ts";

export type { Diagnostic, Hint, Position, Range } from "./core/diagnostic.ts";
export type { Resource } from "./core/resource.ts";
export type { Explanation, PassExplained, Source } from "./program/explain.ts";
export type { ImportedFile, ResolveImport } from "./program/imports.ts";
export type { Options } from "./program/options.ts";
export type { Reason } from "./program/reasons.ts";
export type { Stats } from "./program/update.ts";

/** One change of one resource, as `plan --json` lists it, with the resource before and after. */
export interface Operation {
  readonly op: "create" | "update" | "delete";
  readonly kind: Resource["kind"];
  /** The resource's key. */
  readonly id: string;
  /** Null of what belongs to the system as a whole. */
  readonly automaton: string | null;
  readonly before: Resource | null;
  readonly after: Resource | null;
  /**
   * Why, what happened first first: the declaration or cell that changed, and what followed
   * from it. Of the program as it is when asked: ask before it is changed again.
   */
  readonly because: readonly Reason[];
}

export interface Update {
  /** What is wrong with what was given. Then nothing has changed. */
  readonly diagnostics: readonly Diagnostic[];
  /** In an order in which the world can take them. */
  readonly operations: readonly Operation[];
  readonly stats: Stats;
}

/** A value of an input, as JSON or as text in the language's notation (`2s`, `4`, `eu`). */
export type InputValue = string | number | boolean;

export interface Program {
  /** As `check --json` reports them: of the text last given, also where it was refused. */
  readonly diagnostics: readonly Diagnostic[];
  /** The system that is interpreted; null where the file has none. */
  readonly system: string | null;
  /** Gives the program another text: what changed in the desired resources, and what ran. */
  update(text: string): Update;
  /**
   * Puts `text` in place of a range of the text last given, also where that was refused:
   * for who knows what changed, such as an editor, or the `fix` of a hint.
   */
  edit(range: Range, text: string): Update;
  /**
   * Sets an input, or an observed cell such as `storefront.connections`. A value that
   * leads to an error, or is of another kind than the input's default, changes nothing.
   */
  set(name: string, value: InputValue): Update;
  /** Why an automaton of the system is as it is, pass by pass; null where there is none of that name. */
  explain(automaton: string): Explanation | null;
  /** Resources by key, plain JSON, in a stable order: equal for equal programs. */
  desired(): Readonly<Record<string, Resource>>;
}

export interface OpenOptions extends Options {
  readonly inputs?: Readonly<Record<string, InputValue>>;
}

/** An operation of the engine as it is told. There are many of them, so their reasons are looked for when asked. */
class Told implements Operation {
  readonly op: Operation["op"];
  readonly kind: Resource["kind"];
  readonly id: string;
  readonly automaton: string | null;
  readonly before: Resource | null;
  readonly after: Resource | null;
  readonly #engine: Engine;
  readonly #operation: EngineOperation;

  constructor(engine: Engine, operation: EngineOperation) {
    const { kind, key, automaton } = subject(operation);
    this.op = operation.op;
    this.kind = kind;
    this.id = key;
    this.automaton = automaton;
    this.before = operation.before;
    this.after = operation.after;
    this.#engine = engine;
    this.#operation = operation;
  }

  get because(): readonly Reason[] {
    return this.#engine.because(this.#operation);
  }
}

const told = (engine: Engine, { diagnostics, operations, stats }: EngineUpdate): Update => ({
  diagnostics,
  operations: operations.map((operation) => new Told(engine, operation)),
  stats,
});

const nothing: Stats = { evaluated: 0, evaluationCutOff: 0, parsed: 0, passes: {} };

/** Opens a program. Never throws for what is wrong with the text: see `diagnostics`. */
export const openProgram = (options: OpenOptions): Program => {
  const engine = new Engine(options);
  let { diagnostics } = engine.start();
  const took = (made: EngineUpdate): Update => {
    const update = told(engine, made);
    diagnostics = update.diagnostics;
    return update;
  };
  const set = (name: string, value: InputValue): Update => {
    const setting = settingOf(engine, name, value);
    switch (setting._tag) {
      case "Input":
        return told(engine, engine.setInput(setting.name, setting.value));
      case "Observed":
        return told(engine, engine.observe([[setting.cell, setting.value]]));
      case "Refused":
        return { diagnostics: [setting.diagnostic], operations: [], stats: nothing };
    }
  };
  for (const [name, value] of Object.entries(options.inputs ?? {})) {
    diagnostics = [...diagnostics, ...set(name, value).diagnostics];
  }
  return {
    get diagnostics() {
      return diagnostics;
    },
    get system() {
      return engine.system;
    },
    update: (text) => took(engine.update(text)),
    edit: (range, text) => took(engine.edit(range, text)),
    set,
    explain: (automaton) => explain(engine, automaton),
    desired: () => Object.fromEntries([...engine.resources()].map((resource) => [resource.key, resource])),
  };
};
