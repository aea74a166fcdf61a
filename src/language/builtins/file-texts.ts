/** Which file a text was read from, for what is said of it. What is made of such a text is none. */
import { text, type Value } from "../value.ts";

const paths = new WeakMap<Value, string>();

/** The text of a file. `path`: as it is written in the program. */
export const fileText = (content: string, path: string): Value => {
  const value = text(content);
  paths.set(value, path);
  return value;
};

/** Null of what is no file's text as it was read. */
export const pathOfText = (value: Value): string | null => paths.get(value) ?? null;
