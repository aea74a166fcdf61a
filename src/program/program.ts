/**
 * A program that lives: text and cells go in, the difference in desired resources comes
 * out. Every change is a transaction: with an error in it, nothing is changed but what
 * the diagnostics say.
 */
import { passes, spaces } from "../../passes/chain.ts";
import { numbersOf } from "../../passes/numbers.ts";
import { type Compiled, compile, evaluateProgram, labelIn, nameSystem, type Pipeline } from "../compile.ts";
import { Augmentation } from "../core/augment.ts";
import type { Cause } from "../core/cause.ts";
import { directoryCell, limitsCell } from "../core/cell-key.ts";
import type { Diagnostic, Range } from "../core/diagnostic.ts";
import type { Operation } from "../core/operation.ts";
import type { Resource, ResourceKey } from "../core/resource.ts";
import type { Member } from "../language/member.ts";
import type { Value } from "../language/value.ts";
import { defaultLimits, type Limits } from "../language/world.ts";
import { CellChanges, type Observed, type Undo } from "./cell-changes.ts";
import { Desired } from "./desired.ts";

import { hostsOf, namedPortsOf } from "./hosts.ts";
import { directoryBeside, dirname } from "./imports.ts";
import { lostSystem } from "./lost-system.ts";
import type { Module } from "./module.ts";
import type { Options } from "./options.ts";
import { type Reason, reasonsOf } from "./reasons.ts";
import type { Relations } from "./relations.ts";
import { type Assignment, settingOf } from "./setting.ts";
import { Systems } from "./systems.ts";
import { parsedBy, type TextChange, TextChanges } from "./text-changes.ts";
import { nothingRan, type Preview, told, type Update } from "./update.ts";
import { Workspace } from "./workspace.ts";

/** A program that is open: text and cells go in, operations come out. */
export class Program {
  readonly workspace: Workspace;
  readonly augmentation: Augmentation<Member>;
  readonly #main: Module;
  readonly #texts: TextChanges;
  readonly #cells: CellChanges;
  readonly #pipeline: Pipeline;
  readonly #keepSystem: boolean;
  /** Whether the text as it stands has been augmented: not, while it was opened with errors. */
  #augmented = false;
  #diagnostics: readonly Diagnostic[] = [];
  /** Reasons told since the last change, by the member whose operations have them in common. */
  readonly #reasons = new Map<string, { readonly cause: Cause; readonly reasons: readonly Reason[] }>();

  constructor(options: Options) {
    const limits: Limits = { ...defaultLimits, ...options.limits };
    const directory = options.directory ?? dirname(options.file);
    const directoryOf = (file: string): string => directoryBeside(file, options.file, directory);
    this.workspace = new Workspace({
      resolveImport: options.resolveImport,
      checkCommand: options.checkCommand,
      checkUser: options.checkUser,
      checkDirectory: options.checkDirectory,
      limits,
      directoryOf,
    });
    this.augmentation = new Augmentation(passes, spaces, (key) => this.workspace.cellValue(key));
    this.workspace.readFiles.isRead = (cell) => this.augmentation.reads(cell);
    const { cells } = this.workspace;
    cells.put(directoryCell, directoryOf);
    cells.put(limitsCell(), limits);
    if (options.host !== undefined)
      for (const [name, value] of Object.entries(options.host)) cells.host(name).value = value;
    this.#keepSystem = options.keepSystem ?? false;
    this.#main = this.workspace.open(options.file, options.text);
    this.#pipeline = {
      file: options.file,
      workspace: this.workspace,
      systems: new Systems(this.workspace, this.#main, options.system),
      augmentation: this.augmentation,
      desired: new Desired(this.augmentation),
      cells: new Map(),
      labels: new Map(),
    };
    this.#texts = new TextChanges(this.workspace);
    this.#cells = new CellChanges(this.workspace, this.#pipeline.cells);
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
    return this.#pipeline.systems.chosen?.definition.name ?? null;
  }

  /** The facts of the system that is interpreted. */
  get relations(): Relations | null {
    return this.#pipeline.systems.chosen?.relations ?? null;
  }

  get systems(): readonly string[] {
    return this.#pipeline.systems.names;
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
    const all = [...texts];
    const edits = this.#texts.replaceAll(all);
    const undo = this.#cells.files(all);
    if (edits.length === 0 && undo === null)
      return { diagnostics: this.#diagnostics, operations: [], stats: nothingRan };
    this.workspace.readFiles.lookAgain(this.workspace.graph, "missing");
    return this.#settle(edits, parsedBy(edits), undo ?? undefined);
  }

  /**
   * Puts `text` in place of a range of what a file was last given, also where that was
   * refused. Unlike with `update`, the whole text is not searched for what changed.
   */
  edit(range: Range, text: string, file = this.#main.file): Update {
    const module = this.workspace.modules.get(file);
    if (module === undefined) return this.updateAll([]);
    const edits = [this.#texts.edit(module, range, text)];
    return this.#settle(edits, parsedBy(edits));
  }

  /**
   * What `update`, and then setting some inputs, would do, and why each operation. Nothing
   * of it stays, not even as a cause.
   */
  preview(
    text: string,
    file = this.#main.file,
    inputs: readonly Assignment[] = [],
    settings: readonly Observed[] = [],
  ): Preview {
    return this.previewAll([[file, text]], inputs, () => null, undefined, settings).preview;
  }

  /**
   * The same of several files; `look` is asked while the change is in place: then `workspace` and
   * `relations` are as they would be, as far as what is wrong lets that be known. Of more operations
   * than `mostExplained` no reasons are looked for.
   */
  previewAll<T>(
    texts: Iterable<readonly [file: string, text: string]>,
    inputs: readonly Assignment[],
    look: () => T,
    mostExplained = Number.POSITIVE_INFINITY,
    settings: readonly Observed[] = [],
  ): { readonly preview: Preview; readonly seen: T } {
    const diagnostics = this.#diagnostics;
    const all = [...texts];
    const edits = this.#texts.replaceAll(all);
    const undo = [this.#cells.files(all), this.#cells.observeAll(settings)].filter((one) => one !== null);
    let compiled = compile(this.#pipeline, () => this.#lost());
    let refused: Diagnostic | null = null;
    if (compiled._tag === "Done" && inputs.length > 0) {
      this.augmentation.rollback();
      refused = this.#assign(inputs, undo);
      compiled = compile(this.#pipeline, () => this.#lost());
    }
    if (compiled._tag === "Done") this.augmentation.rollback();
    const reasons = new Map<ResourceKey, readonly Reason[]>();
    if (compiled._tag === "Done" && compiled.operations.length <= mostExplained)
      for (const operation of compiled.operations) {
        const why = this.#pipeline.desired.why(operation, compiled.difference.lately);
        if (why !== null) reasons.set(operation.key, reasonsOf(this, why.member, why.cause));
      }
    const hosts = compiled._tag === "Done" ? hostsOf(namedPortsOf(this, compiled.result)) : [];
    const seen = look();
    const update = told(compiled, parsedBy(edits));
    this.#takeBack(edits, () => {
      for (const back of undo.reverse()) back();
    });
    this.workspace.settled(this.file, null);
    this.#diagnostics = diagnostics;
    if (refused === null) return { preview: { ...update, reasons, hosts }, seen };
    const nothing = { operations: [], stats: update.stats, reasons: new Map(), hosts: [] };
    return { preview: { diagnostics: [refused], ...nothing }, seen };
  }

  /** Sets inputs and observed cells. What is wrong with the first that cannot be set; those before it are. */
  #assign(inputs: readonly Assignment[], undo: Undo[]): Diagnostic | null {
    for (const { name, text } of inputs) {
      const setting = settingOf(this, name, text);
      if (setting._tag === "Refused") return setting.diagnostic;
      undo.push(this.#cells.assign(setting));
    }
    return null;
  }

  /** Sets inputs and observed cells as one change. With an error in what follows from them, all keep their values. */
  assign(inputs: readonly Assignment[]): Update {
    const undo: Undo[] = [];
    const refused = this.#assign(inputs, undo);
    const back = (): void => {
      for (const one of undo.reverse()) one();
    };
    if (refused === null) return this.#settle([], 0, back);
    back();
    return { diagnostics: [refused], operations: [], stats: nothingRan };
  }

  /** Sets an input. With an error in what follows from it, it keeps its value. */
  setInput(name: string, value: Value | undefined): Update {
    return this.#settle([], 0, this.#cells.input(name, value));
  }

  /** Sets cells that passes read: what is observed, ready, held (see `Cells`). */
  observe(values: Iterable<Observed>): Update {
    const undo = this.#cells.observeAll(values);
    // Until the program has once been valid, setting an input reports its errors again.
    if (undo === null && this.#augmented) return { diagnostics: [], operations: [], stats: nothingRan };
    return this.#settle([], 0, undo ?? (() => {}));
  }

  /**
   * Says what the system is called in the world, where another has its name: the names and
   * addresses of all its resources follow from that.
   */
  call(label: string): Update {
    const { system } = this;
    if (system === null || labelIn(this.workspace) === label)
      return { diagnostics: [], operations: [], stats: nothingRan };
    this.#pipeline.labels.set(system, label);
    nameSystem(this.#pipeline);
    return this.#settle([], 0);
  }

  /**
   * What exists of the system keeps its numbers (IPv4 addresses, origins), and from now on
   * whatever gets some: where two names meet in a small space, the later one moves on.
   */
  adopt(existing: Iterable<Resource>): Update {
    const label = labelIn(this.workspace);
    const numbers = this.system === null ? [] : [...existing].flatMap((one) => numbersOf(label, one));
    if (this.augmentation.adopt(numbers)) return this.#settle([], 0);
    return { diagnostics: [], operations: [], stats: nothingRan };
  }

  /** Every resource, in the order of the system tree. */
  resources(): Iterable<Resource> {
    return this.#pipeline.desired.all();
  }

  /**
   * Why the last change of the program led to this operation, what happened first first:
   * an operation of `start`, `update`, `setInput` or `observe`, or one on the same
   * resource. Empty where the last change has nothing to do with it.
   */
  because(operation: Operation): readonly Reason[] {
    const why = this.#pipeline.desired.why(operation);
    if (why === null) return [];
    const { member, cause } = why;
    const known = this.#reasons.get(member);
    if (known?.cause === cause) return known.reasons;
    const reasons = reasonsOf(this, member, cause);
    this.#reasons.set(member, { cause, reasons });
    return reasons;
  }

  /** Brings everything in line with what was changed, or takes it back. */
  #settle(edits: readonly TextChange[], parsed: number, undo: Undo = () => {}): Update {
    this.#reasons.clear();
    const compiled = compile(this.#pipeline, () => this.#lost());
    const update = told(compiled, parsed);
    this.#diagnostics = update.diagnostics;
    if (compiled._tag === "Wrong") {
      this.#texts.refuse(edits);
      this.#takeBack(edits, undo);
    } else {
      this.#commit(compiled);
      this.#texts.accept(edits);
      this.#augmented = true;
      if (this.#keepSystem) this.#pipeline.systems.wanted ??= this.system ?? undefined;
    }
    this.workspace.settled(this.file, edits.length > 0 ? compiled._tag === "Done" : null);
    return update;
  }

  /** Makes what was compiled the state. */
  #commit({ batch, result, difference }: Compiled & { readonly _tag: "Done" }): void {
    const { augmentation, desired, systems, cells } = this.#pipeline;
    augmentation.commit(batch, result);
    desired.keep(difference);
    systems.settled();
    cells.clear();
  }

  #takeBack(edits: readonly TextChange[], undo: Undo): void {
    const { systems, cells } = this.#pipeline;
    this.#texts.takeBack(edits);
    undo();
    evaluateProgram(this.#pipeline);
    // What was taken back stands as it was augmented, if it ever was.
    if (!this.#augmented) return;
    systems.settled();
    cells.clear();
  }

  /** An edit cannot remove the system of a running program: a slip must not stop everything. */
  #lost(): readonly Diagnostic[] {
    if (!this.#keepSystem || !this.#pipeline.desired.any || this.system !== null) return [];
    return [lostSystem(this.#main, this.#pipeline.systems.wanted)];
  }
}
