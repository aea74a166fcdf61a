/** JSON from files that anyone may have damaged. */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Decoder } from "io-ts";

/** What a text says in JSON; null where it is none, or has another shape. */
export const decodeJson = <A>(decoder: Decoder<unknown, A>, text: string): A | null => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const decoded = decoder.decode(value);
  return isLeft(decoded) ? null : decoded.right;
};
