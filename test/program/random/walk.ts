/**
 * A program that lives through random edits, and after every step is what the oracle, and
 * a program opened anew, say it is.
 */
import type { Diagnostic } from "../../../src/core/diagnostic.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Resource } from "../../../src/core/resource.ts";
import { defaultLimits, type Limits } from "../../../src/language/world.ts";
import type { Program } from "../../../src/program/program.ts";
import { Random } from "../../random.ts";
import { Memory } from "../oracle/memory.ts";
import { fromScratch, type Result } from "../oracle.ts";
import {
  type Agreed,
  carryOut,
  Disagreement,
  desiredOf,
  sameDesired,
  sameText,
  sameValues,
  sameWorld,
  sameWrong,
} from "./agreement.ts";
import { main } from "./file.ts";
import { Files } from "./files.ts";
import { tightLimits } from "./limits.ts";
import { opened } from "./opening.ts";
import { firstSystem } from "./sample-system.ts";
import { readFile } from "./scene.ts";
import { type Cells, randomSetting } from "./settings.ts";
import { editBetween } from "./splice.ts";

export type Counts = Map<string, number>;
type Texts = ReadonlyMap<string, string>;

/** So large is a program that is opened anew in no time. */
const small = 100;

const count = (counts: Counts, what: string, more = 1): void =>
  void counts.set(what, (counts.get(what) ?? 0) + more);

export class Walk {
  readonly seed: number;
  /** What was done, and what came of it. */
  readonly counts: Counts;
  readonly #random: Random;
  /** For what is done seldom: choices of its own, so that all others are as they are without it. */
  readonly #seldom: Random;
  readonly #files: Files;
  readonly #live: Program;
  /** The name of the system that is asked for, or was interpreted and is kept; undefined: the first in the text. */
  #system: string | undefined;
  /** Whether a text without the system that was interpreted is refused, as where it runs. */
  readonly #keepSystem: boolean;
  /** Some may build little more than they do when they are made. */
  readonly #limits: Limits;
  readonly #world: Map<string, Resource>;
  #cells: Cells = { inputs: new Map(), cells: new Map() };
  /** Of what stands. */
  #result: Result;
  #steps = 0;
  #memory = new Memory();
  #agreed: Agreed = new WeakMap();
  #kinds: readonly string[] = [];

  constructor(seed: number, size: number, counts: Counts = new Map()) {
    this.seed = seed;
    this.counts = counts;
    this.#random = new Random(seed);
    this.#seldom = new Random(seed ^ 0x1a57);
    this.#keepSystem = seed % 4 === 2;
    this.#system = this.#random.once(6) ? firstSystem : undefined;
    const files = this.#made(size);
    this.#limits = this.#seldom.once(3)
      ? tightLimits(this.#seldom, (limits) => this.#stands(files, limits))
      : defaultLimits;
    // Some are opened with errors, and nothing stands until they are mended.
    if (this.#random.once(4)) files.disturb();
    this.#files = files;
    this.#live = this.#open(() => files.given);
    const { diagnostics } = this.#live.start();
    this.#world = new Map(Object.entries(desiredOf(this.#live)));
    this.#result = this.#scratch(this.#files.given, this.#cells);
    this.#keep(diagnostics);
    this.#orTell(() => this.#agree(diagnostics, this.#result, files.given, this.#cells));
  }

  /** A program without errors. The larger, the rarer it is: after some that have one, a smaller one is made. */
  #made(size: number): Files {
    for (let tries = 0; ; tries++) {
      const smaller = Math.ceil(size * 0.85 ** Math.floor(tries / 6));
      const files = new Files(this.#random, smaller, this.seed % 3, this.#seldom);
      if (this.#stands(files, defaultLimits)) return files;
    }
  }

  /** Whether a program within these limits has nothing wrong. */
  #stands(files: Files, limits: Limits): boolean {
    return this.#open(() => files.given, this.#cells, limits).start().diagnostics.length === 0;
  }

  /** Declarations of all files together. */
  get size(): number {
    return this.#files.size;
  }

  /** All texts as last given. */
  get texts(): Texts {
    return this.#files.given;
  }

  step(): void {
    this.#steps++;
    // At times nothing is taken from before, neither what comes out nor that it agreed.
    if (this.#steps % 25 === 0) {
      this.#memory = new Memory();
      this.#agreed = new WeakMap();
    }
    this.#orTell(() => {
      if (!this.#random.once(7) || !this.#set()) this.#edit();
    });
    for (const kind of this.#kinds) count(this.counts, kind);
    count(this.counts, "steps");
    count(this.counts, "declarations", this.size);
    if (this.#world.size > 2) count(this.counts, "alive");
  }

  /** Where something differs, it is told after which step. */
  #orTell(agree: () => void): void {
    try {
      agree();
    } catch (error) {
      if (!(error instanceof Disagreement)) throw error;
      throw new Error(`seed ${this.seed}, step ${this.#steps}, ${this.#kinds.join(", ")}: ${error.message}`);
    }
  }

  #set(): boolean {
    const setting = randomSetting(this.#live, this.#random, this.#cells);
    if (setting === null) return false;
    this.#kinds = [setting.kind];
    const before = JSON.stringify(this.#live.diagnostics);
    const { diagnostics, operations } = setting.apply(this.#live);
    const texts = this.#files.standing;
    const result = this.#scratch(texts, setting.cells);
    if (diagnostics.length === 0) this.#cells = setting.cells;
    else count(this.counts, `refused: ${setting.kind}`);
    if (JSON.stringify(diagnostics) !== before) count(this.counts, "diagnostics changed by a cell");
    this.#take(diagnostics, operations, result, texts, setting.cells);
    return true;
  }

  #edit(): void {
    const random = this.#random;
    const { workspace } = this.#live;
    const { all, kinds, texts } = this.#files.change(
      (one) => workspace.modules.has(one),
      this.#limits !== defaultLimits,
    );
    this.#kinds = kinds;
    const [{ file, before, after }] = all;
    const isOne = all.length === 1;
    const preview = isOne && random.once(12) ? this.#live.preview(after, file) : null;
    const splice = isOne && random.once(2) ? editBetween(before, after, random) : null;
    const { diagnostics, operations } =
      splice === null
        ? this.#live.updateAll(all.map((one) => [one.file, one.after]))
        : this.#live.edit(splice.range, splice.text, file);
    count(this.counts, splice === null ? "given as a whole" : "given as a range");
    if (preview !== null) {
      count(this.counts, "previewed");
      sameText("diagnostics of the preview", preview.diagnostics, diagnostics);
      sameText("operations of the preview", preview.operations, operations);
    }
    const result = this.#scratch(texts, this.#cells);
    if (diagnostics.length === 0) this.#files.accept();
    count(this.counts, diagnostics.length === 0 ? "accepted" : "refused");
    this.#take(diagnostics, operations, result, texts, this.#cells);
  }

  #take(
    diagnostics: readonly Diagnostic[],
    operations: readonly Operation[],
    result: Result,
    texts: Texts,
    cells: Cells,
  ): void {
    this.#keep(diagnostics);
    if (diagnostics.length === 0) this.#result = result;
    else sameText("operations of what was refused", operations, []);
    carryOut(this.#world, operations);
    this.#agree(diagnostics, result, texts, cells);
  }

  /** What was interpreted once is the system from then on. */
  #keep(diagnostics: readonly Diagnostic[]): void {
    if (this.#keepSystem && diagnostics.length === 0) this.#system ??= this.#live.system ?? undefined;
  }

  /** `result`, `texts` and `cells` are of what was given; what stands may be older. */
  #agree(diagnostics: readonly Diagnostic[], result: Result, texts: Texts, cells: Cells): void {
    const lost = diagnostics.filter(({ code }) => code === "no-system");
    count(this.counts, "without its system", lost.length);
    for (const { code } of diagnostics) count(this.counts, `told ${code}`);
    // What is broken may be the system: then it is not gone.
    const others = diagnostics.filter((one) => !lost.includes(one));
    sameWrong(others.length > 0 ? others : diagnostics, result.wrong);
    const desired = desiredOf(this.#live);
    // Hints are for the engine alone to know. All else is told by the oracle as well.
    const isHinted = diagnostics.length > 0;
    const opensAnew = isHinted ? this.size < small || this.#seldom.once(8) : this.#random.once(10);
    if (lost.length === 0 && opensAnew) {
      const anew = this.#open(() => texts, cells);
      sameText("diagnostics of a program opened anew", diagnostics, anew.start().diagnostics);
      if (diagnostics.length === 0) sameText("desired, of a program opened anew", desired, desiredOf(anew));
    }
    sameDesired(desired, this.#result.desired, this.#agreed);
    sameWorld(this.#world, desired);
    if (this.#result.wrong.length === 0)
      count(this.counts, "values", sameValues(this.#live, this.#result, this.#agreed));
  }

  #scratch(texts: Texts, { inputs, cells }: Cells): Result {
    const files = new Map([...texts, [readFile.path, readFile.text]]);
    const isKept = this.#keepSystem && this.#world.size > 0;
    const given = { main, files, inputs, cells, system: this.#system, isKept, limits: this.#limits };
    return fromScratch(given, this.#memory);
  }

  #open(texts: () => Texts, cells = this.#cells, limits = this.#limits): Program {
    return opened({ texts, cells, limits, system: this.#system, keepSystem: this.#keepSystem });
  }
}
