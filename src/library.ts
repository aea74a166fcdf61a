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
import { type Choice, editsFor, type TextEdit } from "./edits/edits.ts";
import { readGoal } from "./edits/read-goal.ts";
import { type Explanation, explain } from "./program/explain.ts";
import type { Options } from "./program/options.ts";
import { Program as Engine } from "./program/program.ts";
import type { Reason } from "./program/reasons.ts";
import { settingOf } from "./program/setting.ts";
import type { Update as EngineUpdate, Stats } from "./program/update.ts";

export type { PassRan } from "./core/augment.ts";
export type { Code, Diagnostic, Hint, Position, Range, Severity } from "./core/diagnostic.ts";
export type {
  DualAddress,
  Endpoint,
  Hosts,
  Hub,
  Instance,
  Probe,
  Process,
  Publication,
  Resource,
  ResourceKey,
  RestartPolicy,
  Service,
  Transport,
  Wire,
} from "./core/resource.ts";
export type { TextEdit } from "./edits/edits.ts";
export type { Limits } from "./language/world.ts";
export type { CheckCommand, CommandPlace } from "./program/commands.ts";
export type { ExplainedDependency as Source, Explanation, Part, PassExplained } from "./program/explain.ts";
export type { ImportedFile, ResolveImport, UnreadableImport } from "./program/imports.ts";
export type { Location as Place } from "./program/locations.ts";
export type { Options } from "./program/options.ts";
export type {
  ReportedProvenance as ToldProvenance,
  ReportedStep as ToldStep,
} from "./program/provenance/report.ts";
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

/** What a change of the program led to. */
export interface Update {
  /** What is wrong with what was given. Then nothing has changed. */
  readonly diagnostics: readonly Diagnostic[];
  /** In an order in which the world can take them. */
  readonly operations: readonly Operation[];
  readonly stats: Stats;
}

/** A value of an input, as JSON or as text in the language's notation (`2s`, `4`, `eu`). */
export type InputValue = string | number | boolean;

/** A program that lives: texts and inputs go in, changes of resources come out. */
export interface Program {
  /** As `check --json` reports them: of the text last given, also where it was refused. */
  readonly diagnostics: readonly Diagnostic[];
  /** The system that is interpreted; null where the file has none. */
  readonly system: string | null;
  /** Gives the program another text: what changed in the desired resources, and what ran. */
  update(text: string): Update;
  /**
   * Puts `text` in place of a range of the text last given, also where that was refused:
   * for a caller that knows what changed, such as an editor, or the `fix` of a hint.
   */
  edit(range: Range, text: string): Update;
  /**
   * Sets an input, or an observed cell such as `storefront.connections`. A value that
   * leads to an error, or is of another kind than the input's default, changes nothing.
   */
  set(name: string, value: InputValue): Update;
  /** Why an automaton of the system is as it is, pass by pass; null where there is none of that name. */
  explain(automaton: string): Explanation | null;
  /**
   * Edits of the text that reach a goal, in the words of `architect edit`: `scale cart 5`,
   * `delete cart.kv`, `wire cart => store`. Nothing of the program changes: pass `after` of
   * a choice's text to `update`.
   */
  edits(goal: string): EditsFound;
  /** Resources by key, plain JSON, in a stable order: equal for equal programs. */
  desired(): Readonly<Record<string, Resource>>;
}

/** One way to reach a goal. It was tried: with it the program has no errors, and the goal is reached. */
export interface Edit {
  /** What it does, in words. */
  readonly title: string;
  /** Texts in the place of others, by ranges in the files as they are. */
  readonly edits: readonly TextEdit[];
  /** Inputs to be set instead, by `set`; mostly none. */
  readonly inputs: readonly { readonly name: string; readonly text: string }[];
  readonly operations: readonly Operation[];
  /** How much else changes, that the goal does not speak of. */
  readonly collateral: number;
  /** The automata that also change. */
  readonly touches: readonly string[];
  /** Comments that go with what is taken out. */
  readonly lostComments: readonly string[];
  readonly warnings: readonly string[];
  /** Of each file, with the SHA-256 of the text that the edit was made for. */
  readonly texts: readonly {
    readonly file: string;
    readonly before: string;
    readonly after: string;
    readonly hash: string;
  }[];
}

/** What there is to do for a goal. */
export interface EditsFound {
  /** Nothing needs to be done. */
  readonly reached: boolean;
  /** The best first; none where the goal is reached, or cannot be. */
  readonly choices: readonly Edit[];
  /** Whether the first is better than all others and changes nothing else, so that nobody need be asked. */
  readonly clear: boolean;
  /** Why there are none, and what helps. */
  readonly refusal: { readonly message: string; readonly hints: readonly string[] } | null;
}

/** With what a program is opened as a library. */
export interface OpenOptions extends Options {
  /** Inputs that are set from the beginning, by name. */
  readonly inputs?: Readonly<Record<string, InputValue>>;
}

/** An operation of the engine as it is told. There are many of them, so their reasons are looked for when asked. */
class ReportedOperation implements Operation {
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
  operations: operations.map((operation) => new ReportedOperation(engine, operation)),
  stats,
});

/** An operation of an edit that was only tried. */
const tried = (operation: EngineOperation, because: readonly Reason[]): Operation => {
  const { kind, key, automaton } = subject(operation);
  const { op, before, after } = operation;
  return { op, kind, id: key, automaton, before, after, because };
};

const editOf = ({ operations, reasons, lost, ...choice }: Choice): Edit => ({
  title: choice.title,
  edits: choice.edits,
  inputs: choice.inputs,
  operations: operations.map((one) => tried(one, reasons.get(one.key) ?? [])),
  collateral: choice.collateral,
  touches: choice.touches,
  lostComments: lost,
  warnings: choice.warnings,
  texts: choice.texts,
});

const editsOf = (engine: Engine, words: string): EditsFound => {
  const none = { reached: false, choices: [], clear: false, refusal: null };
  const goal = readGoal(engine, words);
  if (goal._tag === "Left") return { ...none, refusal: goal.left };
  const edits = editsFor(engine, goal.right);
  switch (edits._tag) {
    case "Reached":
      return { ...none, reached: true };
    case "Refused":
      return { ...none, refusal: edits.refusal };
    case "Found":
      return { ...none, choices: edits.choices.map(editOf), clear: edits.clear };
  }
};

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
    edits: (goal) => editsOf(engine, goal),
    desired: () => Object.fromEntries([...engine.resources()].map((resource) => [resource.key, resource])),
  };
};
