/** One string for each distinct lexeme. */
import type { TokenType } from "chevrotain";
import { keywords, Name } from "../tokens.ts";

interface Known {
  readonly image: string;
  readonly type: TokenType;
}

/** V8 copies substrings shorter than this; longer ones keep the whole text alive. */
const COPIED_BELOW = 13;
const MOST = 1 << 16;

/** The same text in memory of its own: a substring would hold on to all that it is cut from. */
const detached = (image: string): string => (image.length < COPIED_BELOW ? image : ` ${image}`.slice(1));

/** A cache of what was read, with keywords known beforehand. It only saves memory and time. */
class Images {
  #known = new Map<string, Known>();

  constructor() {
    this.#clear();
  }

  of(text: string, start: number, end: number): Known {
    const slice = text.slice(start, end);
    const known = this.#known.get(slice);
    if (known !== undefined) return known;
    const image = detached(slice);
    const made = { image, type: Name };
    if (end - start <= 256) {
      if (this.#known.size >= MOST) this.#clear();
      this.#known.set(image, made);
    }
    return made;
  }

  #clear(): void {
    this.#known = new Map([...keywords].map(([image, type]) => [image, { image, type }]));
  }
}

export const images = new Images();
