/**
 * A program that lives: text and cells go in, the difference in desired resources comes
 * out. Every change is a transaction: with an error in it, nothing is changed but what
 * the diagnostics say.
 */
import type { Declaration } from "../../grammar/declaration.ts";
import { type Edit, follow } from "../../grammar/difference.ts";
import type { Document, Update as DocumentUpdate } from "../../grammar/document.ts";
import { passes, spaces } from "../../passes/chain.ts";
import { numbersOf } from "../../passes/numbers.ts";
import { compile, evaluate, type Stations } from "../compile.ts";
import { Augmentation } from "../core/augment.ts";
import { type Cause, set } from "../core/cause.ts";
import type { Diagnostic, Range } from "../core/diagnostic.ts";
import type { Operation } from "../core/operation.ts";
import type { Resource, ResourceKey } from "../core/resource.ts";
import type { Member } from "../language/member.ts";
import type { Value } from "../language/value.ts";
import { defaultLimits, type Limits } from "../language/world.ts";
import { cellOf } from "./cells.ts";
import { Desired } from "./desired.ts";
import { dirname } from "./imports.ts";
import type { Module } from "./module.ts";
import type { Options } from "./options.ts";
import { type Reason, reasonsOf } from "./reasons.ts";
import type { Relations } from "./relations.ts";
import { Systems } from "./systems.ts";
import { nothingRan, type Preview, told, type Update } from "./update.ts";
import { Workspace } from "./workspace.ts";

/** What an edit replaced: enough to take it back. */
interface Replaced {
  readonly module: Module;
  readonly document: Document;
  readonly after: Document;
  readonly edit: Edit | null;
  readonly removed: readonly Declaration[];
  readonly inserted: readonly Declaration[];
}

const insertedBy = (edits: readonly Replaced[]): number =>
  edits.reduce((sum, { inserted }) => sum + inserted.length, 0);

export class Program {
  readonly workspace: Workspace;
  readonly augmentation: Augmentation<Member>;
  readonly #main: Module;
  readonly #stations: Stations;
  readonly #keepSystem: boolean;
  /** Whether the text as it stands has been augmented: not, while it was opened with errors. */
  #augmented = false;
  #diagnostics: readonly Diagnostic[] = [];
  /**
   * Of files whose text was refused: what it was, and how it differs from the one that
   * stands. One that is taken out and read again is another.
   */
  readonly #refused = new WeakMap<Module, { readonly document: Document; readonly edit: Edit }>();
  /** Reasons told since the last change, by the member whose operations have them in common. */
  readonly #reasons = new Map<string, { readonly cause: Cause; readonly reasons: readonly Reason[] }>();

  constructor(options: Options) {
    const limits: Limits = { ...defaultLimits, ...options.limits };
    this.workspace = new Workspace(options.resolveImport, limits);
    this.augmentation = new Augmentation(passes, spaces, (name) => this.workspace.cells.get(name));
    const { cells } = this.workspace;
    cells.put("directory", options.directory ?? dirname(options.file));
    cells.put("limits", limits);
    if (options.host !== undefined)
      for (const [name, value] of Object.entries(options.host)) cells.host(name).value = value;
    this.#keepSystem = options.keepSystem ?? false;
    this.#main = this.workspace.open(options.file, options.text);
    this.#stations = {
      file: options.file,
      workspace: this.workspace,
      systems: new Systems(this.workspace, this.#main, options.system),
      augmentation: this.augmentation,
      desired: new Desired(this.augmentation),
      cells: new Map(),
    };
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
    return this.#stations.systems.chosen?.definition.name ?? null;
  }

  /** The facts of the system that is interpreted. */
  get relations(): Relations | null {
    return this.#stations.systems.chosen?.relations ?? null;
  }

  get systems(): readonly string[] {
    return this.#stations.systems.names;
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
    const edits: Replaced[] = [];
    for (const [file, text] of texts) edits.push(...this.#retext(file, text));
    if (edits.length === 0) return { diagnostics: this.#diagnostics, operations: [], stats: nothingRan };
    return this.#settle(edits, insertedBy(edits));
  }

  /**
   * Puts `text` in place of a range of what a file was last given, also where that was
   * refused. Unlike with `update`, nobody has to look through all of it for what changed.
   */
  edit({ start, end }: Range, text: string, file = this.#main.file): Update {
    const module = this.workspace.modules.get(file);
    if (module === undefined) return this.updateAll([]);
    const refused = this.#refused.get(module);
    const given = refused?.document ?? module.document;
    const [from, to] = [given.offset(start), given.offset(end)];
    const own: Edit = { start: from, oldEnd: to, newEnd: from + text.length };
    // What is wrong since, and this, are one edit of the text that stands.
    const whole = refused === undefined ? own : follow(refused.edit, own);
    const last = Math.max(refused?.edit.newEnd ?? 0, to);
    const replacement = given.slice(whole.start, from) + text + given.slice(to, last);
    const edits = [this.#replace(module, module.document.edit(whole.start, whole.oldEnd, replacement))];
    return this.#settle(edits, insertedBy(edits));
  }

  /** What `update` would do, and why each operation. Nothing of it stays, not even as a cause. */
  preview(text: string, file = this.#main.file): Preview {
    const diagnostics = this.#diagnostics;
    const edits = this.#retext(file, text);
    const compiled = compile(this.#stations, () => this.#lost(), false);
    const reasons = new Map<ResourceKey, readonly Reason[]>();
    if (compiled._tag === "Done")
      for (const operation of compiled.operations) {
        const why = this.#stations.desired.why(operation, compiled.difference.lately);
        if (why !== null) reasons.set(operation.key, reasonsOf(this, why.member, why.cause));
      }
    const update = told(compiled, insertedBy(edits));
    this.#takeBack(edits, () => {});
    this.workspace.closeStrays(this.file);
    this.#diagnostics = diagnostics;
    return { ...update, reasons };
  }

  #retext(file: string, text: string): readonly Replaced[] {
    const module = this.workspace.modules.get(file);
    return module === undefined ? [] : [this.#replace(module, module.document.update(text))];
  }

  #replace(module: Module, update: DocumentUpdate): Replaced {
    const { document } = module;
    const { document: after, edit, removed, inserted } = update;
    this.workspace.replace(module, after, removed, inserted);
    return { module, document, after, edit, removed, inserted };
  }

  /** Sets an input. With an error in what follows from it, it keeps its value. */
  setInput(name: string, value: Value | undefined): Update {
    const { cells, graph } = this.workspace;
    const cell = cells.input(name);
    const before = cell.value;
    graph.set(cell, value);
    const key = `input ${name}`;
    this.#note(key, before ?? cells.exampleOf(name), value ?? cells.exampleOf(name));
    return this.#settle([], 0, () => {
      graph.set(cell, before);
      this.#note(key, value, before);
    });
  }

  /** Sets cells that passes read: what is observed, ready, held (see `Cells`). One change: there and back is none. */
  observe(values: Iterable<readonly [string, unknown]>): Update {
    const { workspace } = this;
    const before = new Map<string, unknown>();
    for (const [name, value] of values) {
      const old = workspace.cells.get(name);
      if (workspace.put(name, value) && !before.has(name)) before.set(name, old);
    }
    for (const [name, old] of before) {
      const value = workspace.cells.get(name);
      if (Object.is(old, value)) before.delete(name);
      else this.#note(cellOf(name), old, value, name);
    }
    // As long as nothing was ever without errors, they are told whatever is set.
    if (before.size === 0 && this.#augmented) return { diagnostics: [], operations: [], stats: nothingRan };
    return this.#settle([], 0, () => {
      for (const [name, value] of before) workspace.put(name, value);
    });
  }

  /**
   * What exists of the system keeps its numbers (IPv4 addresses, origins), and from now on
   * whatever gets some: where two names meet in a small space, who comes later moves on.
   */
  adopt(existing: Iterable<Resource>): Update {
    const { system } = this;
    const numbers = system === null ? [] : [...existing].flatMap((one) => numbersOf(system, one));
    if (this.augmentation.adopt(numbers)) return this.#settle([], 0);
    return { diagnostics: [], operations: [], stats: nothingRan };
  }

  /** Every resource, in the order of the system tree. */
  resources(): Iterable<Resource> {
    return this.#stations.desired.all();
  }

  /**
   * Why the last change of the program led to this operation, what happened first first:
   * an operation of `start`, `update`, `setInput` or `observe`, or one on the same
   * resource. Empty where the last change has nothing to do with it.
   */
  because(operation: Operation): readonly Reason[] {
    const why = this.#stations.desired.why(operation);
    if (why === null) return [];
    const { member, cause } = why;
    const known = this.#reasons.get(member);
    if (known?.cause === cause) return known.reasons;
    const reasons = reasonsOf(this, member, cause);
    this.#reasons.set(member, { cause, reasons });
    return reasons;
  }

  /** Notes a cell for the passes that read it; `what` of it was set, where it holds more. */
  #note(cell: string, before: unknown, after: unknown, what = cell): void {
    this.#stations.cells.set(cell, set(what, before, after));
  }

  /** Brings everything in line with what was changed, or takes it back. */
  #settle(edits: readonly Replaced[], parsed: number, undo: () => void = () => {}): Update {
    this.#reasons.clear();
    const compiled = compile(this.#stations, () => this.#lost(), true);
    const update = told(compiled, parsed);
    this.#diagnostics = update.diagnostics;
    if (compiled._tag === "Wrong") {
      for (const { module, after, edit } of edits) {
        if (edit === null) this.#refused.delete(module);
        else this.#refused.set(module, { document: after, edit });
      }
      this.#takeBack(edits, undo);
    } else {
      for (const { module } of edits) this.#refused.delete(module);
      this.#augmented = true;
      if (this.#keepSystem) this.#stations.systems.wanted ??= this.system ?? undefined;
    }
    this.workspace.closeStrays(this.file);
    return update;
  }

  #takeBack(edits: readonly Replaced[], undo: () => void): void {
    const { workspace, systems, cells } = this.#stations;
    for (const { module, document, removed, inserted } of edits) {
      workspace.replace(module, document, inserted, removed);
    }
    undo();
    evaluate(workspace, systems, cells);
    // What was taken back stands as it was augmented, if it ever was.
    if (!this.#augmented) return;
    systems.settled();
    cells.clear();
  }

  /** A program that runs does not lose its system by an edit: nobody means to stop all by a slip. */
  #lost(): readonly Diagnostic[] {
    if (!this.#keepSystem || !this.#stations.desired.any || this.system !== null) return [];
    const { wanted } = this.#stations.systems;
    const { document, file } = this.#main;
    const end = document.position(document.length);
    const message =
      wanted === undefined ? "the file has no system any more" : `the file has no system ${wanted} any more`;
    const hints = [{ message: "to stop it, use `architect down`; an empty one is `system NAME = []`" }];
    return [{ code: "no-system", severity: "error", message, file, range: { start: end, end }, hints }];
  }
}
