/** One string for each distinct lexeme, found without cutting it from the text first. */
import type { TokenType } from "chevrotain";
import { keywords, Name } from "../tokens.ts";

/** A class, as `Interned` of src/core/term.ts is one, and for the same reason. */
export class Known {
  readonly image: string;
  readonly type: TokenType;

  constructor(image: string, type: TokenType) {
    this.image = image;
    this.type = type;
  }
}

/** V8 copies substrings shorter than this; longer ones keep the whole text alive. */
const COPIED_BELOW = 13;
const SLOTS = 1 << 14;

/** The same text in memory of its own: a substring would hold on to all that it is cut from. */
export const detached = (image: string): string =>
  image.length < COPIED_BELOW ? image : ` ${image}`.slice(1);

/** What was read last, by the low bits of its hash. It only saves memory and time. */
const recent: (Known | undefined)[] = new Array<Known | undefined>(SLOTS).fill(undefined);

const isAt = (image: string, text: string, start: number, length: number): boolean => {
  if (image.length !== length) return false;
  for (let i = 0; i < length; i++) if (image.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
  return true;
};

/** The lexeme from `start` to `end`. */
export const lexeme = (text: string, start: number, end: number): Known => {
  let hash = 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const last = recent[slot];
  if (last !== undefined && isAt(last.image, text, start, end - start)) return last;
  const image = detached(text.slice(start, end));
  const made = new Known(image, keywords.get(image) ?? Name);
  recent[slot] = made;
  return made;
};
