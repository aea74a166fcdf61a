/** The files of a program, as pages read and save them: those alone, and only what a page has seen is written over. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { readSourceFile } from "../files/read.ts";
import type { Program } from "../program/program.ts";
import type { PageRefusal, SourceText } from "./protocol.ts";

/** Bytes of a file, at the most. */
const mostBytes = 8 << 20;

/** What else is needed to read and save. */
export interface SourceOptions {
  readonly program: () => Promise<Program | null>;
  /** The file of the system, absolute, where its program has errors. */
  readonly main: () => string | null;
  /** Puts a text in the place of a file's; why it cannot, or null. */
  readonly rewrite: (file: string, text: string) => string | null;
}

/** Null where there is no such file. */
export const modifiedAt = (file: string): number | null =>
  statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;

/** Reads and saves the files of one program. */
export class SourceTexts {
  readonly #options: SourceOptions;
  /** Files that were the program's once: with errors in the text it is not known which are. */
  readonly #known = new Set<string>();

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** `file`: as the program calls it, or absolute; null: the file of the system. */
  async read(file: string | null): Promise<Either<PageRefusal, SourceText>> {
    const own = await this.#own(file);
    return isLeft(own) ? own : this.#read(own.right);
  }

  /** Null once it is saved; `before` is the text that the page began with. */
  async save(file: string, before: string, text: string): Promise<PageRefusal | null> {
    const own = await this.#own(file);
    if (isLeft(own)) return own.left;
    const now = this.#read(own.right);
    if (isLeft(now)) return now.left;
    if (now.right.text !== before)
      return { message: "the file was changed meanwhile", hint: "load it, or save again to write over it" };
    const wrong = this.#options.rewrite(own.right, text);
    return wrong === null ? null : { message: wrong };
  }

  #read(file: string): Either<PageRefusal, SourceText> {
    const read = readSourceFile(file, mostBytes);
    if (isLeft(read)) return left({ message: `cannot read ${file}: ${read.left.reason}` });
    return right({ file, uri: pathToFileURL(file).href, text: read.right });
  }

  async #own(file: string | null): Promise<Either<PageRefusal, string>> {
    const program = await this.#options.program();
    const main = this.#options.main();
    if (main !== null) this.#known.add(main);
    for (const name of program?.workspace.modules.keys() ?? []) this.#known.add(resolve(name));
    const wanted = file === null ? main : resolve(file);
    if (wanted !== null && this.#known.has(wanted)) return right(wanted);
    return left({
      message:
        file === null
          ? "nobody supervises it, so its text is not known"
          : `${file} is no file of this program`,
    });
  }
}
