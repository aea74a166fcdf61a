/** What can be folded away: declarations and what is in brackets over several lines, and comments. */

import { type FoldingRange, FoldingRangeKind, type FoldingRangeParams } from "vscode-languageserver";
import { Lexer } from "../../../grammar/lexer.ts";
import * as T from "../../../grammar/tokens.ts";
import { countLineEnds, lineCounter, lineStart } from "../../core/lines.ts";
import type { Module } from "../../program/module.ts";
import { moduleOf } from "../locate.ts";
import type { Project } from "../project.ts";

const openers = new Set([T.LParen, T.LSquare, T.LCurly]);
const closers = new Set([T.RParen, T.RSquare, T.RCurly]);

/** By tokens alone, so that a text folds while it is broken. */
const foldsOf = ({ document }: Module): FoldingRange[] => {
  const { text } = document;
  const lineOf = lineCounter(text);
  const folds: FoldingRange[] = [];
  const open: number[] = [];
  const imports: number[] = [];
  const lexer = new Lexer(text);
  const add = (startLine: number, endLine: number, kind?: FoldingRangeKind): void => {
    if (endLine > startLine) folds.push({ startLine, endLine, ...(kind === undefined ? {} : { kind }) });
  };
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    const { tokenType: type } = token;
    const line = lineOf(token.startOffset);
    if (type === T.Import) imports.push(line);
    if (openers.has(type)) open.push(line);
    // The line with the closing bracket stays.
    else if (closers.has(type) && open.length > 0) add(open.pop()!, line - 1);
    else if (type === T.Text && token.image.startsWith('"""')) add(line, line + countLineEnds(token.image));
  }
  if (imports.length > 1) add(imports[0]!, imports.at(-1)!, FoldingRangeKind.Imports);
  return [...folds, ...commentFolds(text, lexer)];
};

/** Comments over several lines, and lines of comments right below each other. */
const commentFolds = (text: string, { comments }: Lexer): FoldingRange[] => {
  const lineOf = lineCounter(text);
  const folds: FoldingRange[] = [];
  let from = -1;
  let to = -2;
  const flush = (): void => {
    if (to > from) folds.push({ startLine: from, endLine: to, kind: FoldingRangeKind.Comment });
  };
  for (const { start, end } of comments) {
    const first = lineOf(start);
    const last = lineOf(end);
    const alone = text.slice(lineStart(text, start), start).trim() === "";
    if (alone && first === to + 1 && text.startsWith("--", start)) to = last;
    else {
      flush();
      [from, to] = alone ? [first, last] : [last, last];
    }
  }
  flush();
  return folds;
};

export const folding = (project: Project, params: FoldingRangeParams): FoldingRange[] | null => {
  const module = moduleOf(project, params);
  return module === null ? null : foldsOf(module);
};
