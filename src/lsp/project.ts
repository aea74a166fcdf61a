/**
 * The files that an editor has open, and those that they import, as one incremental
 * workspace. Unlike a `Program` it takes every text as it is: what is broken is told, and
 * everything else has its value.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { missingProgram } from "../../runtime/process/find-program.ts";
import { missingDirectory } from "../../runtime/process/missing-directory.ts";
import { missingUser } from "../../runtime/process/missing-user.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { realPath } from "../files/read.ts";
import type { Problem } from "../language/problem.ts";
import { defaultLimits } from "../language/world.ts";
import type { Definition } from "../program/definition.ts";
import { dirname, type ImportedFile, joinPath, type UnreadableImport } from "../program/imports.ts";
import { diagnose } from "../program/locations.ts";
import type { Module } from "../program/module.ts";
import { System } from "../program/system.ts";
import { Workspace } from "../program/workspace.ts";
import { fileOf, programsBelow, readFile, textOfFile, uriOf } from "./files.ts";

/** A change of a document, offsets in the text before it; null: all of it. */
export interface Edit {
  readonly extent: ((module: Module) => { readonly start: number; readonly end: number }) | null;
  readonly text: string;
}

/** A document that an editor has open. */
interface Opened {
  /** As the editor writes it. */
  readonly uri: string;
  /** Where its file really is. */
  readonly real: string;
  version: number | null;
}

/** What kind of thing a definition makes: how its name is coloured. */
export const kindOfDefinition = ({ term, node }: Definition): string =>
  `${term?.node._tag ?? ""} ${node.value?._tag ?? ""}`;

export class Project {
  readonly workspace: Workspace;
  readonly #opened = new Map<string, Opened>();
  readonly #systems = new Map<Definition, System>();
  readonly #kindOf = new WeakMap<Definition, string>();
  #kinds = 0;
  #folders: readonly string[] = [];
  #dirty = true;
  /** Definitions of files that were opened again: shown anew though nothing in them changed. */
  readonly #reopened = new Set<Definition>();
  #diagnostics: readonly Diagnostic[] = [];

  constructor(host: { readonly cpus: number; readonly memory: number }) {
    this.workspace = new Workspace({
      resolveImport: (path, from) => this.find(path, from),
      // Where the processes of a document run that is no file, nobody knows.
      checkUser: (user) => missingUser(user),
      checkDirectory: (path) => (path.startsWith("/") ? missingDirectory(path) : null),
      checkCommand: (command, { path, directory, shares }) =>
        directory.startsWith("/") ? missingProgram(command, path, directory, shares) : null,
      limits: defaultLimits,
      directoryOf: dirname,
    });
    for (const [name, value] of Object.entries(host)) this.workspace.cells.host(name).value = value;
  }

  /**
   * The file that an import leads to: a document that is open, or else the file where it really
   * is. What is reached by two paths, through a link, is one file.
   */
  find(path: string, from: string): ImportedFile | UnreadableImport {
    const named = joinPath(path, from.startsWith("/") ? realPath(from) : from);
    const file = this.#opened.has(named) ? named : this.#documentAt(realPath(named));
    const known = this.workspace.modules.get(file)?.document.text;
    if (known !== undefined) return { file, text: known };
    const read = readFile(file);
    return isLeft(read) ? { file, ...read.left } : { file, text: read.right };
  }

  /** The document that is open of a file, under whatever name; else the file itself. */
  #documentAt(place: string): string {
    if (this.#opened.has(place)) return place;
    for (const [name, { real }] of this.#opened) if (real === place) return name;
    return place;
  }

  /** Where programs are looked for that nothing has opened. */
  set folders(folders: readonly string[]) {
    this.#folders = folders;
  }

  open(uri: string, text: string, version: number | null): void {
    this.#seek();
    const file = fileOf(uri);
    this.#opened.set(file, { uri, real: realPath(file), version });
    this.#dirty = true;
    const module = this.workspace.modules.get(file);
    if (module === undefined) {
      this.workspace.open(file, text);
      this.workspace.seekImports();
      return;
    }
    this.#replace(module, text);
    for (const definition of module.definitions.values()) this.#reopened.add(definition);
  }

  /** What programs name on this machine may be another. */
  #seek(): void {
    this.workspace.seekCommands();
    this.workspace.seekFiles();
  }

  edit(file: string, edits: readonly Edit[], version: number | null): void {
    const opened = this.#opened.get(file);
    const module = this.workspace.modules.get(file);
    if (opened === undefined || module === undefined) return;
    opened.version = version;
    for (const { extent, text } of edits) {
      if (extent === null) this.#replace(module, text);
      else {
        const { start, end } = extent(module);
        this.#take(module, module.document.edit(start, end, text));
      }
    }
  }

  /** An editor lets go of a file: what is on the disk counts again. */
  close(file: string): void {
    if (!this.#opened.delete(file)) return;
    for (const definition of this.#systems.keys())
      if (definition.file === file) this.#systems.delete(definition);
    this.refresh(file);
  }

  /** The file may have changed on the disk. */
  refresh(name: string): void {
    this.#seek();
    this.#dirty = true;
    if (this.#opened.has(name)) return;
    const file = this.workspace.modules.has(name) ? name : realPath(name);
    const module = this.workspace.modules.get(file);
    const text = textOfFile(file);
    if (text === null) this.workspace.close(file);
    else if (module !== undefined) this.#replace(module, text);
    else this.workspace.seekImports();
  }

  uri(file: string): string {
    return this.#opened.get(file)?.uri ?? uriOf(file);
  }

  version(file: string): number | null {
    return this.#opened.get(file)?.version ?? null;
  }

  isOpen(file: string): boolean {
    return this.#opened.has(file);
  }

  get opened(): Iterable<string> {
    return this.#opened.keys();
  }

  /** A file that is open or imported, with everything in line with the last edit. */
  module(file: string): Module | null {
    this.settle();
    return this.workspace.modules.get(file) ?? null;
  }

  /** A file that is read if it is not yet. */
  ensure(file: string): Module | null {
    const text = this.workspace.modules.has(file) ? null : textOfFile(file);
    if (text !== null) {
      this.workspace.open(file, text);
      this.#dirty = true;
    }
    return this.module(file);
  }

  /** Programs below the editor's folders and beside a file. */
  programs(file: string): readonly string[] {
    const folders = file.startsWith("/") ? [dirname(file), ...this.#folders] : this.#folders;
    return [...new Set(programsBelow(folders))];
  }

  /** Opens all programs below the editor's folders: those that may import what is asked for. */
  readAll(): void {
    for (const file of programsBelow(this.#folders)) {
      if (this.workspace.modules.has(file)) continue;
      const text = textOfFile(file);
      if (text === null) continue;
      this.workspace.open(file, text);
      this.#dirty = true;
    }
    this.settle();
  }

  /** The systems of the open files, by definition. */
  get systems(): ReadonlyMap<Definition, System> {
    return this.#systems;
  }

  /** Brings everything in line with the texts as they are. */
  settle(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    const { evaluated, bodies } = this.workspace.settle();
    const changed = new Set([...evaluated, ...this.#reopened]);
    this.#reopened.clear();
    this.#noteKinds(changed);
    this.#compose(changed, bodies.keys());
    this.#diagnostics = diagnose(this.workspace, this.#problems());
  }

  /** What is wrong, by file: of each that is open or imported by one, also where nothing is. */
  diagnostics(): ReadonlyMap<string, readonly Diagnostic[]> {
    this.settle();
    const byFile = new Map<string, Diagnostic[]>();
    for (const file of this.#shown()) byFile.set(file, []);
    for (const diagnostic of this.#diagnostics) byFile.get(diagnostic.file)?.push(diagnostic);
    return byFile;
  }

  /** The open files and all that they import. */
  #shown(): ReadonlySet<string> {
    const imports = new Map<string, string[]>();
    for (const [{ file }, imported] of this.workspace.imports)
      imports.set(file, [...(imports.get(file) ?? []), imported]);
    const shown = new Set<string>();
    const todo = [...this.#opened.keys()];
    for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
      if (shown.has(file)) continue;
      shown.add(file);
      todo.push(...(imports.get(file) ?? []));
    }
    return shown;
  }

  #replace(module: Module, text: string): void {
    this.#take(module, module.document.update(text));
  }

  #take(module: Module, { document, removed, inserted }: ReturnType<Module["document"]["update"]>): void {
    this.#dirty = true;
    this.workspace.replace(module, document, removed, inserted);
    const { imports } = this.workspace;
    // An import that names a hash is of one text only.
    for (const [definition, file] of imports) {
      const node = definition.term?.node;
      if (file === module.file && node?._tag === "Import" && node.sha256 !== null) {
        this.workspace.seekImports(file);
        return;
      }
    }
    if ([...removed, ...inserted].some(({ term }) => term?.node._tag === "Import"))
      this.workspace.seekImports();
  }

  /** Changes when a name comes to stand for another kind of thing. */
  get kinds(): number {
    return this.#kinds;
  }

  #noteKinds(changed: Iterable<Definition>): void {
    for (const definition of changed) {
      const kind = kindOfDefinition(definition);
      if (this.#kindOf.get(definition) === kind) continue;
      this.#kindOf.set(definition, kind);
      this.#kinds++;
    }
  }

  #compose(changed: Iterable<Definition>, bodies: Iterable<string>): void {
    const { handles } = this.workspace;
    for (const definition of changed) {
      if (definition.term?.node._tag !== "SystemDecl" || !this.#opened.has(definition.file)) continue;
      let system = this.#systems.get(definition);
      if (system === undefined) {
        system = new System(definition, handles);
        this.#systems.set(definition, system);
      }
      system.take(this.workspace.valueOf(definition));
    }
    const names = [...bodies];
    for (const { relations } of this.#systems.values()) relations.bodiesChanged(names);
    for (const definition of this.#systems.keys()) {
      const module = this.workspace.modules.get(definition.file);
      if (module?.definitions.get(definition.key) !== definition) this.#systems.delete(definition);
    }
  }

  *#problems(): Iterable<Problem> {
    // Of a system that does not parse, what it was is no matter.
    for (const system of this.#systems.values())
      if (system.definition.term !== null) yield* system.problems();
  }
}
