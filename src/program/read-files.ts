/** The files whose text a program reads with `read`: each is read once, and given another text from outside. */
import { type CellKey, fileCell } from "../core/cell-key.ts";
import type { Graph } from "../core/incremental.ts";
import { Cell, labelled, type Source } from "../core/node.ts";
import type { FileRead } from "../language/world.ts";
import { joinPath, type ResolveImport } from "./imports.ts";

/** A file as it was asked for. */
export interface AskedFile {
  /** As it is written, and the file in which it is written. */
  readonly path: string;
  readonly from: string;
  readonly cell: Cell<FileRead>;
}

const same = (a: FileRead, b: FileRead): boolean =>
  a.file === b.file && a.text === b.text && a.reason === b.reason;

/** Remembers what each file holds, as long as something reads it. */
export class ReadFiles {
  /** Whether passes read one, as they do for clauses that speak of `self`. */
  isRead: (cell: CellKey) => boolean = () => false;
  readonly #find: ResolveImport | undefined;
  readonly #asked = new Map<CellKey, AskedFile>();
  /** Those that only a change read that was refused: with another text in them it may be right. */
  #sought: readonly Pick<AskedFile, "path" | "from">[] = [];

  constructor(find: ResolveImport | undefined) {
    this.#find = find;
  }

  /** The cell of what a file holds. */
  cell(path: string, from: string): Cell<FileRead> {
    const key = fileCell(path, from);
    const known = this.#asked.get(key);
    if (known !== undefined) return known.cell;
    const read = this.#read(path, from);
    const cell = labelled(new Cell(read, same), key);
    this.#asked.set(key, { path, from, cell });
    return cell;
  }

  /**
   * Forgets what nothing reads any more: it is read again when something does. To be called when a change is
   * accepted or taken back, and not before: what was taken back must find the texts that it had. `accepted`: null
   * where no text was changed.
   */
  settled(accepted: boolean | null): void {
    const left = [...this.#asked].filter(
      ([key, { cell }]) => !(cell as Source).observed && !this.isRead(key),
    );
    for (const [key] of left) this.#asked.delete(key);
    if (accepted !== null) this.#sought = accepted ? [] : left.map(([, { path, from }]) => ({ path, from }));
  }

  get all(): Iterable<AskedFile> {
    return this.#asked.values();
  }

  /** Those that only the last change read, which was refused. */
  get sought(): readonly Pick<AskedFile, "path" | "from">[] {
    return this.#sought;
  }

  /** Those of one name, by the key under which passes read them. */
  *named(file: string): Iterable<readonly [CellKey, Cell<FileRead>]> {
    for (const [key, { cell }] of this.#asked) if (cell.value.file === file) yield [key, cell];
  }

  /** Looks again for files: for those that were not found, or for all. */
  lookAgain(graph: Graph, which: "all" | "missing"): void {
    for (const { path, from, cell } of this.#asked.values())
      if (which === "all" || cell.value.text === null) graph.set(cell, this.#read(path, from));
  }

  #read(path: string, from: string): FileRead {
    const found = this.#find?.(path, from) ?? null;
    const meant = joinPath(path, from);
    if (found === null) return { file: meant, text: null, reason: null };
    if (typeof found === "string") return { file: meant, text: found, reason: null };
    if (!("reason" in found)) return { file: found.file, text: found.text, reason: null };
    const { file, reason, _tag } = found;
    return { file, text: null, reason: _tag === "NotThere" ? null : reason, isTooLarge: _tag === "TooLarge" };
  }
}
