/** The files of a program: as last given, as they stand, and as they were. */
import { createHash } from "node:crypto";
import type { Random } from "../../random.ts";
import { randomEdit } from "./edits.ts";
import { declaredBy, importedBy, libraries } from "./scene.ts";
import { Village } from "./village.ts";

type Declarations = readonly string[];
type Texts = ReadonlyMap<string, string>;

export const main = "main.arch";

interface File {
  readonly village: Village;
  given: Declarations;
  standing: Declarations;
  /** Texts that were accepted, oldest first. */
  readonly history: Declarations[];
}

interface Change {
  readonly file: string;
  readonly kinds: readonly string[];
  readonly before: string;
  readonly after: string;
  /** Of the whole program, with it. */
  readonly texts: Texts;
}

const textOf = (declarations: Declarations): string => `${declarations.join("\n\n")}\n`;

export class Files {
  readonly #random: Random;
  readonly #files = new Map<string, File>();
  readonly #size: number;
  #last: Change | null = null;
  /** As they stood before the last change. */
  #before: Declarations = [];

  /** Declarations of each file that is imported. */
  get #libraries(): number {
    return 8 + Math.ceil(this.#size / 8);
  }

  /** A program of about so many declarations, in one file that imports some others. */
  constructor(random: Random, size: number, others: number) {
    this.#random = random;
    this.#size = size;
    const imports: string[] = [];
    for (let i = 0; i < others; i++) {
      const [name, first] = [`lib${i}.arch`, libraries * (i + 1)];
      this.#add(name, new Village(random, first, this.#declaredIn), this.#libraries, [...imports]);
      imports.push(this.#import(name, i));
    }
    this.#add(main, new Village(random, 0, this.#declaredIn), size - others * this.#libraries, imports);
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

  #add(name: string, village: Village, size: number, imports: readonly string[]): void {
    const made = village.program(size, imports);
    this.#files.set(name, { village, given: made, standing: made, history: [made] });
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

  /** Takes the seal off an import that has one, or seals one that has none. */
  #resealed(text: Declarations): Declarations | null {
    const index = text.findIndex((one) => importedBy(one) !== null);
    if (index < 0) return null;
    const [old, { file }] = [text[index]!, importedBy(text[index]!)!];
    if (!this.#files.has(file)) return null;
    const plain = old.replace(/ sha256:\w+/, "");
    return text.with(index, plain !== old ? plain : old.replace(/"(?= )/, `" sha256:${this.#hashOf(file)}`));
  }

  /** Changes one of the files that count, and says how. */
  change(counts: (file: string) => boolean): Change {
    const random = this.#random;
    const names = [...this.#files.keys()].filter(counts);
    const refused = names.filter((name) => this.#isRefused(name));
    const name =
      refused.length > 0 && random.once(2) ? refused[0]! : random.once(4) ? random.pick(names) : main;
    const file = this.#files.get(name)!;
    const before = file.given;
    const [after, ...kinds] = this.#changed(file, this.#isRefused(name));
    file.given = after;
    const texts = new Map(this.standing).set(name, textOf(after));
    this.#before = after;
    this.#last = { file: name, kinds, before: textOf(before), after: textOf(after), texts };
    return this.#last;
  }

  /** The last change was accepted. */
  accept(): void {
    const file = this.#files.get(this.#last!.file)!;
    file.standing = this.#before;
    file.history.push(this.#before);
    if (file.history.length > 8) file.history.shift();
  }

  #isRefused(name: string): boolean {
    const { given, standing } = this.#files.get(name)!;
    return given !== standing;
  }

  #changed(file: File, isRefused: boolean): readonly [Declarations, ...kinds: string[]] {
    const random = this.#random;
    const { village, given, standing, history } = file;
    // What is broken is mostly mended at once, as people do.
    if (isRefused && !random.once(3)) return [standing, "repair"];
    if (random.once(16)) return [random.pick(history), "undo"];
    // Else all that may go without harm would be gone in the end.
    if (given.length < 6 || random.once(2_000)) {
      const imports = given.filter((one) => one.startsWith("import"));
      return [village.program(village.isLibrary ? this.#libraries : this.#size, imports), "another program"];
    }
    const resealed = random.once(20) ? this.#resealed(given) : null;
    if (resealed !== null) return [resealed, "seal or unseal an import"];
    let text = given;
    const kinds: string[] = [];
    for (let i = random.once(3) ? random.below(3) : 0; i >= 0; i--) {
      const edited = randomEdit(text, village);
      text = edited.text;
      kinds.push(edited.kind);
    }
    return kinds.length > 1 ? [text, ...kinds, "several at once"] : [text, ...kinds];
  }
}
