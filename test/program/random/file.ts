/** One file of a program: as last given, as it stands, and as it was. */
import type { SampleSystem } from "./sample-system.ts";

export const main = "main.arch";

export type Declarations = readonly string[];

export interface File {
  readonly sample: SampleSystem;
  given: Declarations;
  /** What counts. Of a program that was opened with errors, that text. */
  standing: Declarations;
  /** What was accepted last, or is good to be. */
  good: Declarations;
  /** Texts that were accepted, oldest first. */
  readonly history: Declarations[];
}

const texts = new WeakMap<Declarations, string>();

/** Put together once. */
export const textOf = (declarations: Declarations): string => {
  const known = texts.get(declarations);
  if (known !== undefined) return known;
  const text = `${declarations.join("\n\n")}\n`;
  texts.set(declarations, text);
  return text;
};
