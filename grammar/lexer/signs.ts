/** Brackets, operators and punctuation. */
import type { TokenType } from "chevrotain";
import { punctuation } from "../tokens.ts";

export interface Sign {
  readonly image: string;
  readonly type: TokenType;
}

const none: readonly Sign[] = [];
/** By the code of their first character, longer ones first. */
const beginning: (readonly Sign[])[] = new Array<readonly Sign[]>(128).fill(none);
for (const [image, type] of punctuation) {
  const code = image.charCodeAt(0);
  const signs = [...beginning[code]!, { image, type }];
  beginning[code] = signs.sort((a, b) => b.image.length - a.image.length);
}

/** The longest sign at `at`, where `code` stands; null if there is none. */
export const signAt = (text: string, at: number, code: number): Sign | null => {
  const signs = code < 128 ? beginning[code]! : none;
  for (let i = 0; i < signs.length; i++) {
    const sign = signs[i]!;
    if (sign.image.length === 1 || text.startsWith(sign.image, at)) return sign;
  }
  return null;
};
