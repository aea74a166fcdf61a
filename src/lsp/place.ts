/** Places: the protocol counts lines and columns from 0, the project from 1. */
import type { Location, Position, Range } from "vscode-languageserver";
import { rangeIn, type Standing } from "../assist/spot.ts";
import type { Extent } from "../assist/tree.ts";
import type { Position as Own, Range as OwnRange } from "../core/diagnostic.ts";
import type { Module } from "../program/module.ts";
import type { Project } from "./project.ts";

export const toPosition = ({ line, column }: Own): Position => ({ line: line - 1, character: column - 1 });

export const toRange = ({ start, end }: OwnRange): Range => ({
  start: toPosition(start),
  end: toPosition(end),
});

export const offsetAt = ({ document }: Module, { line, character }: Position): number =>
  document.offset({ line: line + 1, column: character + 1 });

export const rangeOf = (of: Standing, extent: Extent): Range => toRange(rangeIn(of, extent));

/** Of offsets in the whole text. */
export const rangeBetween = ({ document }: Module, start: number, end: number): Range => ({
  start: toPosition(document.position(start)),
  end: toPosition(document.position(end)),
});

export const locationOf = (project: Project, of: Standing, extent: Extent): Location => ({
  uri: project.uri(of.module.file),
  range: rangeOf(of, extent),
});
