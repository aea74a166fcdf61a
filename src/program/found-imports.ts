/** Which file each import of a program leads to, as long as it does. */
import type { Graph } from "../core/incremental.ts";
import type { Definition } from "./definition.ts";
import { filesFrom, type Resolved, type ResolveImport, resolve, wayAlong } from "./imports.ts";

export class FoundImports {
  /** The file of each import that was found. */
  readonly files = new Map<Definition, string>();
  readonly #graph: Graph;
  readonly #find: ResolveImport | undefined;
  /** Imports that say what the file must be. */
  readonly #sealed = new Set<Definition>();
  /** Whether a file may be open that nothing imports. */
  #mayStray = false;

  constructor(graph: Graph, find: ResolveImport | undefined) {
    this.#graph = graph;
    this.#find = find;
  }

  /** Finds the file of an import. `textOf`: the text of a file that is open. */
  find(definition: Definition, textOf: (file: string) => string | undefined): Resolved {
    const { node } = definition.term!;
    if (node._tag !== "Import") throw new Error("not an import");
    const site = { module: definition.file, declaration: definition.key, at: 0 };
    if (node.sha256 !== null) this.#sealed.add(definition);
    const resolved = resolve(node, definition.file, site, this.#find, textOf);
    if (resolved._tag === "Problem") return resolved;
    const cycle = wayAlong(this.files, resolved.file, definition.file);
    if (cycle !== null) {
      const message = `files import each other: ${[definition.file, ...cycle].join(" → ")}`;
      const hints = [{ message: "move what both need into a third file" }];
      return { _tag: "Problem", problem: { code: "import-cycle", message, site, hints } };
    }
    this.files.set(definition, resolved.file);
    return resolved;
  }

  /** The definition is gone, or is another import, or none. */
  forget(definition: Definition): void {
    if (this.files.delete(definition)) this.#mayStray = true;
    this.#sealed.delete(definition);
  }

  /** Has the file of an import looked for again. */
  seek(definition: Definition): void {
    this.files.delete(definition);
    this.#graph.invalidate(definition.node);
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
