/** The files of a program, read from its own one along imports; plainly. */
import { createHash } from "node:crypto";
import type { Import } from "../../../src/core/syntax/declarations.ts";
import type { Term } from "../../../src/core/term.ts";
import type { Problem } from "../../../src/language/problem.ts";
import type { Memory, Read } from "./memory.ts";
import type { Definition } from "./reading.ts";

/** A file, or why there is none. */
export type Found = { readonly file: string } | Pick<Problem, "code" | "message">;

export class Imports {
  /** Each behind those that it imports. */
  readonly files = new Map<string, Read>();
  /** Of each definition that an import makes. */
  readonly found = new Map<Definition, Found>();
  readonly #texts: ReadonlyMap<string, string>;
  readonly #memory: Memory;

  constructor(main: string, texts: ReadonlyMap<string, string>, memory: Memory) {
    this.#texts = texts;
    this.#memory = memory;
    this.#read(main, []);
  }

  /** `above`: the files on whose behalf it is read, each imported by the one before. */
  #read(file: string, above: readonly string[]): void {
    const read = this.#memory.read(file, this.#texts.get(file)!);
    const way = [...above, file];
    for (const definition of read.module.definitions) {
      const node = definition.term?.node;
      if (node?._tag !== "Import") continue;
      const found = this.#find(node, way);
      this.found.set(definition, found);
      if ("file" in found && !this.files.has(found.file)) this.#read(found.file, way);
    }
    this.files.set(file, read);
  }

  #find({ path, sha256 }: Import<Term>, way: readonly string[]): Found {
    const file = path.replace("./", "");
    const text = this.#texts.get(file);
    if (text === undefined)
      return { code: "import-not-found", message: `there is no file ${JSON.stringify(path)}` };
    const actual = sha256 === null ? null : createHash("sha256").update(text).digest("hex");
    if (actual !== null && sha256!.toLowerCase() !== actual) {
      const message = `${file} is not the file that was meant: its sha256 is ${actual}`;
      return { code: "import-integrity", message };
    }
    if (!way.includes(file)) return { file };
    const circle = [way.at(-1)!, ...way.slice(way.indexOf(file))];
    return { code: "import-cycle", message: `files import each other: ${circle.join(" → ")}` };
  }
}
