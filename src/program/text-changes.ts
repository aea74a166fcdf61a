/** Texts that are put in place of others, and taken back: those of a program's files. */
import type { Declaration } from "../../grammar/declaration.ts";
import { type Edit, follow } from "../../grammar/difference.ts";
import type { Document, DocumentUpdate } from "../../grammar/document.ts";
import type { Range } from "../core/diagnostic.ts";
import type { Module } from "./module.ts";
import type { Workspace } from "./workspace.ts";

/** What was put in place of what: enough to take it back. */
export interface TextChange {
  readonly module: Module;
  readonly document: Document;
  readonly after: Document;
  readonly edit: Edit | null;
  readonly removed: readonly Declaration[];
  readonly inserted: readonly Declaration[];
}

/** How many declarations changes have parsed. */
export const parsedBy = (changes: readonly TextChange[]): number =>
  changes.reduce((sum, { inserted }) => sum + inserted.length, 0);

/** The texts of a program's files. */
export class TextChanges {
  readonly #workspace: Workspace;
  /**
   * Of files whose text was refused: what it was, and how it differs from the one that
   * stands. One that is taken out and read again is another.
   */
  readonly #refused = new WeakMap<Module, { readonly document: Document; readonly edit: Edit }>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Gives files other texts. Of files that the program does not know it takes no note. */
  replaceAll(texts: Iterable<readonly [file: string, text: string]>): readonly TextChange[] {
    const changes: TextChange[] = [];
    for (const [file, text] of texts) {
      const module = this.#workspace.modules.get(file);
      if (module !== undefined) changes.push(this.#replace(module, module.document.update(text)));
    }
    return changes;
  }

  /** Puts `text` in place of a range of what a file was last given, also where that was refused. */
  edit(module: Module, { start, end }: Range, text: string): TextChange {
    const refused = this.#refused.get(module);
    const given = refused?.document ?? module.document;
    const [from, to] = [given.offset(start), given.offset(end)];
    const own: Edit = { start: from, oldEnd: to, newEnd: from + text.length };
    // What is wrong since, and this, are one edit of the text that stands.
    const whole = refused === undefined ? own : follow(refused.edit, own);
    const last = Math.max(refused?.edit.newEnd ?? 0, to);
    const replacement = given.slice(whole.start, from) + text + given.slice(to, last);
    return this.#replace(module, module.document.edit(whole.start, whole.oldEnd, replacement));
  }

  #replace(module: Module, { document: after, edit, removed, inserted }: DocumentUpdate): TextChange {
    const { document } = module;
    this.#workspace.replace(module, after, removed, inserted);
    return { module, document, after, edit, removed, inserted };
  }

  /** Notes what was given and cannot stand: edits go on from there. */
  refuse(changes: readonly TextChange[]): void {
    for (const { module, after, edit } of changes) {
      if (edit === null) this.#refused.delete(module);
      else this.#refused.set(module, { document: after, edit });
    }
  }

  /** Notes that what was given stands. */
  accept(changes: readonly TextChange[]): void {
    for (const { module } of changes) this.#refused.delete(module);
  }

  /** Puts back what was there before. */
  takeBack(changes: readonly TextChange[]): void {
    for (const { module, document, removed, inserted } of changes)
      this.#workspace.replace(module, document, inserted, removed);
  }
}
