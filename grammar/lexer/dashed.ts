/** Words of clauses that have a dash in them, and are one token. */
import { keywords } from "../tokens.ts";
import { isNamePart } from "./characters.ts";

const dashed = [...keywords.keys()].filter((image) => image.includes("-"));

/** Where a word ends that begins at `start` and has a dash at `end`: behind all of it, or there. */
export const dashedEnd = (text: string, start: number, end: number): number => {
  for (const image of dashed) {
    const close = start + image.length;
    if (text.startsWith(image, start) && !isNamePart(text.charCodeAt(close)) && end < close) return close;
  }
  return end;
};
