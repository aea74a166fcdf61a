/** The files of a program: as last given, as they stand, and as they were. */
import { createHash } from "node:crypto";
import type { Random } from "../../random.ts";
import { randomEdit } from "./choosing.ts";
import { type Declarations, type File, main, textOf } from "./file.ts";
import { withImport, withoutImport } from "./importing.ts";
import { muchOf } from "./limits.ts";
import { firstSystem, SampleSystem } from "./sample-system.ts";
import { declaredBy, importedBy, libraries } from "./scene.ts";

type Texts = ReadonlyMap<string, string>;

interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What is changed at once: in one file, or in several. */
interface Changes {
  readonly all: readonly [Change, ...more: Change[]];
  readonly kinds: readonly string[];
  /** Of the whole program, with them. */
  readonly texts: Texts;
}

export class Files {
  readonly #random: Random;
  /** For what is done seldom. */
  readonly #seldom: Random;
  readonly #files = new Map<string, File>();
  readonly #size: number;
  #last: readonly string[] = [];

  /** Declarations of each file that is imported. */
  get #libraries(): number {
    return 8 + Math.ceil(this.#size / 8);
  }

  /** A program of about so many declarations, in one file that imports some others. */
  constructor(random: Random, size: number, others: number, seldom: Random) {
    this.#random = random;
    this.#seldom = seldom;
    this.#size = size;
    const imports: string[] = [];
    for (let i = 0; i < others; i++) {
      const [name, first] = [`lib${i}.arch`, libraries * (i + 1)];
      this.#add(name, new SampleSystem(random, first, this.#declaredIn), this.#libraries, [...imports]);
      imports.push(this.#import(name, i));
    }
    this.#add(main, new SampleSystem(random, 0, this.#declaredIn), size - others * this.#libraries, imports);
  }

  get given(): Texts {
    return new Map([...this.#files].map(([name, { given }]) => [name, textOf(given)]));
  }

  get standing(): Texts {
    return new Map([...this.#files].map(([name, { standing }]) => [name, textOf(standing)]));
  }

  get size(): number {
    return [...this.#files.values()].reduce((sum, { given }) => sum + given.length, 0);
  }

  readonly #declaredIn = (file: string): readonly string[] =>
    (this.#files.get(file)?.given ?? []).flatMap((one) => declaredBy(one) ?? []);

  #add(name: string, sample: SampleSystem, size: number, imports: readonly string[]): void {
    const made = sample.program(size, imports);
    this.#files.set(name, { sample, given: made, standing: made, good: made, history: [made] });
  }

  #import(name: string, index: number): string {
    const seal = this.#random.once(6) ? ` sha256:${this.#hashOf(name)}` : "";
    if (index === 0) return `import "./${name}"${seal} as m0`;
    const names = this.#declaredIn(name).filter(() => this.#random.once(2));
    return `import "./${name}"${seal} { ${names.join(", ")} }`;
  }

  #hashOf(name: string): string {
    return createHash("sha256")
      .update(textOf(this.#files.get(name)!.standing))
      .digest("hex");
  }

  /** Takes the seal off an import that has one, or imports other names, sealed or not. */
  #reimported(text: Declarations): Declarations | null {
    const index = text.findIndex((one) => importedBy(one) !== null && this.#random.once(2));
    if (index < 0) return null;
    const { file, as } = importedBy(text[index]!)!;
    if (!this.#files.has(file)) return null;
    const plain = text[index]!.replace(/ sha256:\w+/, "");
    if (plain !== text[index]) return text.with(index, plain);
    return text.with(index, this.#import(file, as === "m0" ? 0 : 1));
  }

  /** Changes one of the files that are read, or several at once, and says how. `isBounded`: tightly. */
  change(isRead: (file: string) => boolean, isBounded: boolean): Changes {
    const random = this.#random;
    // Of what is not read the last text is as good as any.
    for (const [name, file] of this.#files) if (!isRead(name)) file.standing = file.good = file.given;
    const names = [...this.#files.keys()].filter(isRead);
    const refused = names.filter((name) => this.#isRefused(name));
    const other = random.once(4) ? random.pick(names) : main;
    const first = refused.length > 0 && random.once(2) ? refused[0]! : other;
    const others = random.once(12) ? names.filter((name) => name !== first) : [];
    const kinds: string[] = others.length > 0 ? ["several files at once"] : [];
    const change = (name: string): Change => {
      const file = this.#files.get(name)!;
      const before = file.given;
      const [after, ...how] = this.#changed(file, this.#isRefused(name), isBounded);
      file.given = after;
      kinds.push(...how);
      return { file: name, before: textOf(before), after: textOf(after) };
    };
    this.#last = [first, ...others];
    const all = [change(first), ...others.map(change)] as const;
    const texts = new Map([...this.standing, ...all.map(({ file, after }) => [file, after] as const)]);
    return { all, kinds, texts };
  }

  /**
   * Makes one edit before anything is opened, in one file: nothing stands until it is
   * mended. Not in a sealed one, which would not be read, and so never be mended.
   */
  disturb(): void {
    const file = this.#files.get(main)!;
    const { text } = randomEdit(file.given, file.sample);
    const isImport = this.#seldom.once(3);
    const changed = isImport ? this.#seldom.pick(this.#unsealed) : file;
    changed.given = isImport ? this.#importing(changed.given) : text;
    changed.standing = changed.given;
  }

  get #unsealed(): readonly File[] {
    const sealed = new Set<string>();
    for (const { given } of this.#files.values())
      for (const one of given) if (one.includes(" sha256:")) sealed.add(importedBy(one)?.file ?? "");
    return [...this.#files].flatMap(([name, file]) => (sealed.has(name) ? [] : [file]));
  }

  /** A text that imports some file of the program too, or itself. */
  #importing(text: Declarations): Declarations {
    const file = this.#seldom.pick([...this.#files.keys()]);
    return withImport(text, this.#seldom, file, this.#declaredIn(file));
  }

  /** The last change was accepted. */
  accept(): void {
    for (const name of this.#last) {
      const file = this.#files.get(name)!;
      file.standing = file.good = file.given;
      file.history.push(file.given);
      if (file.history.length > 8) file.history.shift();
    }
  }

  #isRefused(name: string): boolean {
    const { given, good } = this.#files.get(name)!;
    return given !== good;
  }

  #changed(file: File, isRefused: boolean, isBounded: boolean): readonly [Declarations, ...kinds: string[]] {
    const random = this.#random;
    const { sample, given, good, history } = file;
    // What is broken is mostly mended at once, as people do.
    if (isRefused && !random.once(3)) return [good, "repair"];
    if (random.once(16)) return [random.pick(history), "undo"];
    // Else all that may go without harm would be gone in the end.
    if (given.length < 6 || random.once(2_000)) {
      const imports = given.filter((one) => one.startsWith("import"));
      return [sample.program(sample.isLibrary ? this.#libraries : this.#size, imports), "another program"];
    }
    // Only files that are imported have nothing to run.
    if (!sample.isLibrary && random.once(5) && !given.some((one) => declaredBy(one) === firstSystem))
      return [[...given, sample.system(given)], "a system again"];
    if (isBounded && this.#seldom.once(15))
      return [given.toSpliced(this.#seldom.below(given.length), 0, muchOf(this.#seldom)), "build much"];
    if (this.#seldom.once(30)) return [this.#importing(given), "import a file"];
    const without = this.#seldom.once(50) ? withoutImport(given, this.#seldom) : null;
    if (without !== null) return [without, "take out an import"];
    const reimported = random.once(20) ? this.#reimported(given) : null;
    if (reimported !== null) return [reimported, "change an import"];
    let text = given;
    const kinds: string[] = [];
    for (let i = random.once(3) ? random.below(3) : 0; i >= 0; i--) {
      const edited = randomEdit(text, sample);
      text = edited.text;
      kinds.push(edited.kind);
    }
    return kinds.length > 1 ? [text, ...kinds, "several at once"] : [text, ...kinds];
  }
}
