/** Declarations put in and taken out, with the comments that belong to them. */
import { commentsIn } from "../../grammar/format/items.ts";
import { lineStart, nextLine } from "../core/lines.ts";
import type { Definition } from "../program/definition.ts";
import { wholeOf } from "../program/provenance/thunk.ts";
import type { EditContext } from "./context.ts";
import type { Splice } from "./splice.ts";

/** Where the comments begin that stand right above a line, without an empty line between. */
const withCommentsAbove = (text: string, from: number): number => {
  let start = from;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!/^[ \t]*--/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
};

/** A declaration's lines, with the comments above it and behind it on its last line. */
const linesOf = (context: EditContext, definition: Definition) => {
  const { file, start, end } = context.extent(wholeOf(definition)!);
  const text = context.fileText(file);
  const rest = text.slice(end, nextLine(text, end));
  const comment = commentsIn(rest).at(-1);
  const isAlone =
    text.slice(lineStart(text, start), start).trim() === "" &&
    (rest.trim() === "" || (comment !== undefined && rest.slice(0, comment.start).trim() === ""));
  return { file, text, start, end, isAlone };
};

/** Takes a declaration out. */
export const removeDeclaration = (context: EditContext, definition: Definition): Splice => {
  const { file, text, start, end, isAlone } = linesOf(context, definition);
  if (!isAlone) return { file, start, end, text: "" };
  let from = withCommentsAbove(text, lineStart(text, start));
  let to = nextLine(text, end);
  // Of the empty lines around it, those above stay where something follows.
  const below = /^(?:[ \t]*\r?\n)+/.exec(text.slice(to))?.[0] ?? "";
  const above = /\n((?:[ \t]*\r?\n)+)$/.exec(text.slice(0, from))?.[1] ?? "";
  if (above !== "" && (below !== "" || to === text.length)) {
    if (to === text.length) from -= above.length;
    else to += below.length;
  } else if (from === 0) to += below.length;
  return { file, start: from, end: to, text: "" };
};

/** Puts a declaration behind another: on the next line, or after an empty one where that has several. */
export const addDeclaration = (context: EditContext, behind: Definition, declaration: string): Splice => {
  const { file, text, start, end } = linesOf(context, behind);
  const at = nextLine(text, end);
  const isLong = text.slice(start, end).includes("\n") || declaration.includes("\n");
  const newline = text.endsWith("\n") || at < text.length ? "" : "\n";
  return { file, start: at, end: at, text: `${newline}${isLong ? "\n" : ""}${declaration}\n` };
};
