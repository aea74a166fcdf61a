/** Strings as they stand in programs. */

const escapes: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** A string with its quotes; what cannot be seen stands as an escape. */
export const quote = (content: string): string => {
  const escaped = content
    .replace(/[\n\t"\\]/g, (char) => escapes[char]!)
    .replace(/\$(?=\{)/g, "\\$")
    .replace(/\p{Cc}|\p{Cs}/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
  return `"${escaped}"`;
};
