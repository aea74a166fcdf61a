/** Strings as they stand in programs. */
import { visibleLine } from "../core/visible.ts";

const escapes: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** A string with its quotes; what cannot be seen stands as an escape. */
export const quote = (content: string): string => {
  const escaped = content.replace(/[\n\t"\\]/g, (char) => escapes[char]!).replace(/\$(?=\{)/g, "\\$");
  return `"${visibleLine(escaped)}"`;
};
