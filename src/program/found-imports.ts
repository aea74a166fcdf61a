/** Which file each import of a program leads to, as long as it does. */
import type { Graph } from "../core/incremental.ts";
import { closingCircles } from "./circles.ts";
import type { Definition } from "./definition.ts";
import { filesFrom, type Resolved, type ResolveImport, resolve, wayAlong } from "./imports.ts";

interface Circle {
  /** The file that the import means. */
  readonly file: string;
  /** From the file that imports, and back to it. */
  readonly way: readonly string[];
}

/** Where each import leads, and which ones would close a circle. */
export class FoundImports {
  /** The file of each import that was found. They lead from file to file in no circle. */
  readonly files = new Map<Definition, string>();
  /** Imports that are refused since they would close a circle. */
  readonly #circles = new Map<Definition, Circle>();
  /** Those that are to be, when it was last looked at all. */
  #closing: ReadonlyMap<Definition, readonly string[]> = new Map();
  readonly #graph: Graph;
  readonly #find: ResolveImport | undefined;
  readonly #most: number;
  /** Imports that say what the file must be. */
  readonly #sealed = new Set<Definition>();
  /** Whether a file may be open that nothing imports. */
  #mayStray = false;

  /** `most`: characters that a file may have. */
  constructor(graph: Graph, find: ResolveImport | undefined, most: number) {
    this.#graph = graph;
    this.#find = find;
    this.#most = most;
  }

  /** Finds the file of an import. `textOf`: the text of a file that is open. */
  find(definition: Definition, textOf: (file: string) => string | undefined): Resolved {
    const { node } = definition.term!;
    if (node._tag !== "Import") throw new Error("not an import");
    const site = { module: definition.file, declaration: definition.key, at: 0 };
    if (node.sha256 !== null) this.#sealed.add(definition);
    this.#circles.delete(definition);
    const resolved = resolve(node, definition.file, site, this.#find, textOf, this.#most);
    if (resolved._tag === "Problem") return resolved;
    const { file } = resolved;
    const way = this.#closing.get(definition) ?? this.#wayBack(definition, file);
    if (way !== null) {
      this.#circles.set(definition, { file, way });
      const message = `files import each other: ${way.join(" → ")}`;
      const hints = [{ message: "move what both need into a third file" }];
      return { _tag: "Problem", problem: { code: "import-cycle", message, site, hints } };
    }
    this.files.set(definition, file);
    return resolved;
  }

  /** From the file of an import to `file`, and on to where it came from; null where no imports lead back. */
  #wayBack(definition: Definition, file: string): readonly string[] | null {
    const back = wayAlong(this.files, file, definition.file);
    return back === null ? null : [definition.file, ...back];
  }

  /** The definition is gone, or is another import, or none. */
  forget(definition: Definition): void {
    this.#drop(definition);
    this.#sealed.delete(definition);
  }

  /** Has the file of an import looked for again. */
  seek(definition: Definition): void {
    this.#drop(definition);
    this.#graph.invalidate(definition.node);
  }

  /** What the import led to is not read through it any more: else files might read each other for a while. */
  #drop(definition: Definition): void {
    if (this.files.delete(definition)) {
      this.#mayStray = true;
      this.#graph.dispose(definition.node);
    }
    this.#circles.delete(definition);
  }

  /**
   * Has imports looked for again where others close a circle than those that are to: which
   * was found first, or closed one once, is no matter. Whether there are such.
   */
  seekCircles(main: string, placeOf: (definition: Definition) => number): boolean {
    if (this.#circles.size === 0) return false;
    const meant = new Map(this.files);
    for (const [definition, { file }] of this.#circles) meant.set(definition, file);
    this.#closing = closingCircles(meant, main, placeOf);
    const read = filesFrom(meant, main);
    const amiss = [...meant.keys()].filter((definition) => {
      const [is, should] = [this.#circles.get(definition)?.way, this.#closing.get(definition)];
      return read.has(definition.file) && is?.join() !== should?.join();
    });
    for (const definition of amiss) this.seek(definition);
    return amiss.length > 0;
  }

  /** Has a file looked for again that is about to be another, by the imports that say what it must be. */
  seekSealed(file: string): void {
    // One that found the file otherwise than it must be may have meant this one.
    for (const sealed of this.#sealed) if ((this.files.get(sealed) ?? file) === file) this.seek(sealed);
  }

  /** Those of `files` to which no import leads from `main` any more. */
  strays(main: string, files: Iterable<string>): readonly string[] {
    if (!this.#mayStray) return [];
    this.#mayStray = false;
    const reached = filesFrom(this.files, main);
    return [...files].filter((file) => !reached.has(file));
  }
}
