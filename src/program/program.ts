/**
 * A program that lives: text and cells go in, the difference in desired resources comes
 * out. Every change is a transaction: with an error in it, nothing is changed but what
 * the diagnostics say.
 */
import type { Declaration } from "../../grammar/declaration.ts";
import type { Document } from "../../grammar/document.ts";
import { passes, spaces } from "../../passes/chain.ts";
import { Augmentation, type Batch, type PassRan } from "../core/augment.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { sameJson } from "../core/json.ts";
import { type Diff, emptyDiff, type Operation, operation, ordered } from "../core/operation.ts";
import { hubKey, type Resource, type ResourceKey } from "../core/resource.ts";
import { type Member, sameMember } from "../language/member.ts";
import type { Problem } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import { defaultLimits, type Limits } from "../language/world.ts";
import { cellOf } from "./cells.ts";
import type { Definition } from "./definition.ts";
import { dirname, type ResolveImport } from "./imports.ts";
import { type Module, offsetOf } from "./module.ts";
import { diagnose } from "./places.ts";
import type { Relations } from "./relations.ts";
import { System } from "./system.ts";
import { Workspace } from "./workspace.ts";

export interface Options {
  /** As diagnostics name it. */
  readonly file: string;
  readonly text: string;
  /** Which system, where the file has several. */
  readonly system?: string;
  /** Refuse a text in which the system is gone that was interpreted before: for what runs. */
  readonly keepSystem?: boolean;
  readonly resolveImport?: ResolveImport;
  readonly limits?: Limits;
  /** In which processes run; else the folder of the file. */
  readonly directory?: string;
  /** What `host` is: processors, bytes of memory. */
  readonly host?: { readonly cpus: number; readonly memory: number };
}

export interface Stats {
  /** Definitions and chunks of long lists that were evaluated, and those that came out equal. */
  readonly evaluated: number;
  readonly evaluationCutOff: number;
  /** Declarations that were lexed and parsed. */
  readonly parsed: number;
  readonly passes: Readonly<Record<string, PassRan>>;
}

export interface Update {
  readonly diagnostics: readonly Diagnostic[];
  /** In an order in which the world can take them. Empty if there are errors. */
  readonly operations: readonly Operation[];
  readonly stats: Stats;
}

/** What an edit replaced: enough to take it back. */
interface Edit {
  readonly module: Module;
  readonly document: Document;
  readonly removed: readonly Declaration[];
  readonly inserted: readonly Declaration[];
}

const nothingRan: Stats = { evaluated: 0, evaluationCutOff: 0, parsed: 0, passes: {} };

export class Program {
  readonly workspace: Workspace;
  readonly augmentation: Augmentation<Member>;
  readonly #main: Module;
  readonly #wanted: string | undefined;
  readonly #keepSystem: boolean;
  readonly #systems = new Map<Definition, System>();
  /** The system that is interpreted. */
  #system: System | null = null;
  /** Members that may differ from what the passes have. */
  readonly #touched = new Set<string>();
  readonly #cells = new Set<string>();
  #hub: Resource | null = null;
  /** Whether the text as it stands has been augmented: not, while it was opened with errors. */
  #augmented = false;
  #diagnostics: readonly Diagnostic[] = [];

  constructor(options: Options) {
    this.workspace = new Workspace(options.resolveImport, options.limits ?? defaultLimits);
    this.augmentation = new Augmentation(passes, spaces, (name) => this.workspace.cells.get(name));
    const { cells } = this.workspace;
    cells.put("directory", options.directory ?? dirname(options.file));
    if (options.host !== undefined)
      for (const [name, value] of Object.entries(options.host)) cells.host(name).value = value;
    this.#wanted = options.system;
    this.#keepSystem = options.keepSystem ?? false;
    this.#main = this.workspace.open(options.file, options.text);
  }

  /** What is wrong with the text as last given, or with what was last set. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** The program's own file, as diagnostics name it. */
  get file(): string {
    return this.#main.file;
  }

  /** The name of the system that is interpreted; null of a library. */
  get system(): string | null {
    return this.#system?.definition.name ?? null;
  }

  /** The facts of the system that is interpreted. */
  get relations(): Relations | null {
    return this.#system?.relations ?? null;
  }

  get systems(): readonly string[] {
    return [...this.#systems.keys()].map(({ name }) => name!).sort();
  }

  /** Interprets the program as it was opened, from nothing. */
  start(): Update {
    return this.#settle([], this.#main.document.declarations.length);
  }

  /** Gives the program, or a file that it imports, another text. */
  update(text: string, file = this.#main.file): Update {
    return this.updateAll([[file, text]]);
  }

  /** Gives several of its files another text, as one change. Of files that it does not know it takes no note. */
  updateAll(texts: Iterable<readonly [file: string, text: string]>): Update {
    const edits: Edit[] = [];
    for (const [file, text] of texts) {
      const module = this.workspace.modules.get(file);
      if (module === undefined) continue;
      const { document, removed, inserted } = module.document.update(text);
      edits.push({ module, document: module.document, removed, inserted });
      this.workspace.replace(module, document, removed, inserted);
    }
    if (edits.length === 0) return { diagnostics: this.#diagnostics, operations: [], stats: nothingRan };
    return this.#settle(
      edits,
      edits.reduce((sum, { inserted }) => sum + inserted.length, 0),
    );
  }

  /** Sets an input. With an error in what follows from it, it keeps its value. */
  setInput(name: string, value: Value | undefined): Update {
    const { cells, graph } = this.workspace;
    const cell = cells.input(name);
    const before = cell.value;
    graph.set(cell, value);
    this.#cells.add(`input ${name}`);
    return this.#settle([], 0, () => {
      graph.set(cell, before);
      this.#cells.add(`input ${name}`);
    });
  }

  /** Sets cells that passes read: what is observed, ready, held (see `Cells`). */
  observe(values: Iterable<readonly [string, unknown]>): Update {
    const before: [string, unknown][] = [];
    for (const [name, value] of values) {
      const old = this.workspace.cells.get(name);
      if (!this.workspace.cells.put(name, value)) continue;
      before.push([name, old]);
      this.#cells.add(cellOf(name));
    }
    if (before.length === 0) return { diagnostics: this.#diagnostics, operations: [], stats: nothingRan };
    return this.#settle([], 0, () => {
      for (const [name, value] of before) this.workspace.cells.put(name, value);
    });
  }

  /** Every resource, by key, in the order of the system tree. */
  *resources(): Iterable<Resource> {
    if (this.#hub !== null) yield this.#hub;
    for (const { attributes } of this.augmentation.tree) yield* attributes.resources as readonly Resource[];
  }

  /**
   * Brings everything in line with what was changed, or takes it back. The phases, in
   * order: evaluate, compose, check, augment, compare.
   */
  #settle(edits: readonly Edit[], parsed: number, undo: () => void = () => {}): Update {
    const ran = this.workspace.graph.stabilize();
    this.#compose();
    const diagnostics = [...diagnose(this.workspace, this.#problems()), ...this.#lost()];
    this.#diagnostics = diagnostics;
    const stats = { evaluated: ran.recomputed, evaluationCutOff: ran.cutOff, parsed };
    if (diagnostics.length > 0) {
      this.#takeBack(edits, undo);
      return { diagnostics, operations: [], stats: { ...stats, passes: {} } };
    }
    const batch = this.#augment();
    if (batch.problems.length > 0) {
      this.augmentation.rollback();
      this.#diagnostics = diagnose(this.workspace, batch.problems as readonly Problem[]);
      this.#takeBack(edits, undo);
      return { diagnostics: this.#diagnostics, operations: [], stats: { ...stats, passes: {} } };
    }
    const passesRan = this.augmentation.commit(batch);
    this.#augmented = true;
    this.#touched.clear();
    this.#cells.clear();
    const operations = ordered(this.#difference(batch));
    return { diagnostics, operations, stats: { ...stats, passes: Object.fromEntries(passesRan) } };
  }

  /** Takes the values of system declarations into their relations. */
  #compose(): void {
    const { evaluated, handles } = this.workspace;
    for (const definition of evaluated) {
      if (definition.file !== this.#main.file || definition.term?.node._tag !== "SystemDecl") continue;
      let system = this.#systems.get(definition);
      if (system === undefined) {
        system = new System(definition, handles);
        this.#systems.set(definition, system);
      }
      const touched = system.take(this.workspace.valueOf(definition));
      if (system === this.#system) for (const key of touched) this.#touched.add(key);
    }
    evaluated.clear();
    for (const system of this.#systems.values()) {
      const touched = system.relations.bodiesChanged(handles.changed);
      if (system === this.#system) for (const key of touched) this.#touched.add(key);
    }
    handles.changed.clear();
    for (const definition of this.#systems.keys()) {
      if (this.#main.definitions.get(definition.key) !== definition) this.#systems.delete(definition);
    }
    this.#choose();
  }

  #choose(): void {
    const all = [...this.#systems.values()];
    const chosen =
      (this.#wanted === undefined
        ? all.length < 2
          ? all[0]
          : all.sort((a, b) => this.#place(a) - this.#place(b))[0]
        : all.find(({ definition }) => definition.name === this.#wanted)) ?? null;
    if (chosen === this.#system) return;
    for (const { key } of this.augmentation.tree) this.#touched.add(key);
    for (const key of chosen?.relations.keys() ?? []) this.#touched.add(key);
    this.#system = chosen;
    if (this.workspace.cells.put("system", chosen?.definition.name ?? undefined)) this.#cells.add("system");
  }

  #place({ definition }: System): number {
    return offsetOf(this.#main, definition.declaration);
  }

  *#problems(): Iterable<Problem> {
    for (const system of this.#systems.values()) yield* system.problems();
  }

  /** A program that runs does not lose its system by an edit: nobody means to stop all by a slip. */
  #lost(): readonly Diagnostic[] {
    if (!this.#keepSystem || this.#hub === null || this.#system !== null) return [];
    const { document, file } = this.#main;
    const end = document.position(document.text.length);
    const message =
      this.#wanted === undefined
        ? "the file has no system any more"
        : `the file has no system ${this.#wanted} any more`;
    const hints = [{ message: "to stop it, use `architect down`; an empty one is `system NAME = []`" }];
    return [{ code: "no-system", severity: "error", message, file, range: { start: end, end }, hints }];
  }

  #augment(): Batch<Member> {
    const members = new Map<string, Member | null>();
    for (const key of this.#touched) {
      const member = this.#system?.relations.member(key) ?? null;
      const known = this.augmentation.get(key)?.member;
      if (member === null ? known === undefined : known !== undefined && sameMember(known, member)) continue;
      members.set(key, member);
    }
    return this.augmentation.stage(members, this.#cells);
  }

  #takeBack(edits: readonly Edit[], undo: () => void): void {
    for (const { module, document, removed, inserted } of edits) {
      this.workspace.replace(module, document, inserted, removed);
    }
    undo();
    this.workspace.graph.stabilize();
    this.#compose();
    // What was taken back stands as it was augmented, if it ever was.
    if (!this.#augmented) return;
    this.#touched.clear();
    this.#cells.clear();
  }

  #difference(batch: Batch<Member>): Diff {
    const diff = new Map<ResourceKey, Operation>(emptyDiff);
    const note = (before: Resource | null, after: Resource | null): void => {
      const change = operation(before, after);
      if (change !== null && !sameJson(before, after)) diff.set(change.key, change);
    };
    const changes = [...batch.changes].sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { before, after } of changes) {
      const old = new Map(
        ((before?.attributes.resources as readonly Resource[]) ?? []).map((one) => [one.key, one]),
      );
      for (const resource of (after?.attributes.resources as readonly Resource[]) ?? []) {
        note(old.get(resource.key) ?? null, resource);
        old.delete(resource.key);
      }
      for (const resource of old.values()) note(resource, null);
    }
    const hub = this.#desiredHub();
    if (!sameJson(this.#hub, hub)) note(this.#hub, hub);
    this.#hub = hub;
    return diff;
  }

  #desiredHub(): Resource | null {
    const system = this.system;
    if (system === null || this.augmentation.tree.length === 0) return null;
    return { kind: "hub", key: hubKey, automaton: null, system, netns: `${system}.hub` };
  }
}
