/** From documents to text. Loops, not recursion: a document may nest as deep as a program. */
import { breaks, type Doc } from "./doc.ts";

const STEP = 2;
/** Deeper nesting is not shown by further indentation: it would be all that a line holds. */
const DEEPEST_INDENT = 48;

interface Command {
  readonly doc: Doc;
  readonly indent: number;
  readonly flat: boolean;
}

export interface Line {
  readonly code: string;
  /** A comment at its end. */
  readonly comment: string | null;
  /** Whether the comment was moved to the right. */
  readonly padded: boolean;
}

type Suffix = Extract<Doc, { readonly _tag: "Suffix" }>;

/** The line that is being written, and those before it. */
class Page {
  readonly lines: Line[] = [];
  column = 0;
  #code = "";
  #indent = 0;
  #suffixes: Suffix[] = [];

  write(text: string): void {
    if (text === "") return;
    // Only here, so that an empty line has no spaces.
    if (this.#code === "") this.#code = " ".repeat(this.#indent);
    this.#code += text;
    this.column += text.length;
  }

  get holds(): boolean {
    return this.#suffixes.length > 0;
  }

  hold(suffix: Suffix): void {
    this.#suffixes.push(suffix);
  }

  endLine(indent: number): void {
    const [first, ...others] = this.#suffixes;
    this.lines.push({ code: this.#code, comment: first?.text ?? null, padded: first?.padded ?? false });
    // A second comment cannot follow the first on its line.
    for (const { text } of others)
      this.lines.push({ code: " ".repeat(indent) + text, comment: null, padded: false });
    this.#suffixes = [];
    this.#code = "";
    this.#indent = indent;
    this.column = indent;
  }
}

/** The lines of a document, none longer than `width` where that can be. */
export const render = (doc: Doc, width: number): readonly Line[] => {
  const todo: Command[] = [{ doc, indent: 0, flat: false }];
  const page = new Page();
  for (let command = todo.pop(); command !== undefined; command = todo.pop()) {
    const { doc: next, indent, flat } = command;
    if (typeof next === "string") {
      page.write(next);
      continue;
    }
    switch (next._tag) {
      case "Concat":
        for (let i = next.parts.length - 1; i >= 0; i--) todo.push({ doc: next.parts[i]!, indent, flat });
        break;
      case "Indent":
        todo.push({ doc: next.doc, indent: Math.min(indent + STEP, DEEPEST_INDENT), flat });
        break;
      case "Group": {
        const oneLine = flat || (!breaks(next.doc) && fits(next.doc, todo, width - page.column));
        todo.push({ doc: next.doc, indent, flat: oneLine });
        break;
      }
      case "Flat":
        todo.push({ doc: next.doc, indent, flat: true });
        break;
      case "Line":
        if (flat) page.write(next.flat);
        else {
          page.endLine(indent);
          if (next.blank) page.endLine(indent);
        }
        break;
      case "IfBroken":
        if (!flat) page.write(next.text);
        break;
      case "Suffix":
        page.hold(next);
        break;
      case "Comment":
        if (page.holds) page.endLine(indent);
        page.write(next.text);
        break;
      case "Verbatim":
        // What waits for the line's end must not end up inside.
        if (page.holds) page.endLine(indent);
        for (const [i, text] of next.text.split("\n").entries()) {
          if (i > 0) page.endLine(0);
          page.write(text);
        }
        break;
    }
  }
  page.endLine(0);
  return page.lines;
};

/** Whether `doc` on one line, with what follows it up to the next line end, is within `room`. */
const fits = (doc: Doc, following: readonly Command[], room: number): boolean => {
  const todo: { doc: Doc; flat: boolean }[] = [{ doc, flat: true }];
  let rest = following.length;
  let left = room;
  while (left >= 0) {
    let next = todo.pop();
    if (next === undefined) {
      if (rest === 0) return true;
      next = following[--rest]!;
    }
    const { doc: piece, flat } = next;
    if (typeof piece === "string") {
      left -= piece.length;
      continue;
    }
    switch (piece._tag) {
      case "Concat":
        for (let i = piece.parts.length - 1; i >= 0; i--) todo.push({ doc: piece.parts[i]!, flat });
        break;
      case "Indent":
        todo.push({ doc: piece.doc, flat });
        break;
      case "Flat":
        todo.push({ doc: piece.doc, flat: true });
        break;
      case "Group":
        todo.push({ doc: piece.doc, flat: flat && !piece.breaks });
        break;
      case "Line":
        if (!flat) return true;
        left -= piece.flat.length;
        break;
      case "IfBroken":
        if (!flat) left -= piece.text.length;
        break;
      case "Suffix":
        break;
      case "Comment":
        left -= piece.text.length;
        break;
      case "Verbatim": {
        const first = piece.text.indexOf("\n");
        left -= first < 0 ? piece.text.length : first;
        if (first >= 0) return left >= 0;
        break;
      }
    }
  }
  return false;
};
