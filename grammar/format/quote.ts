/** Text as a string literal of one line. */

const escapes: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);

/** The inside of the literal: characters that would not be read as themselves, escaped. */
export const escaped = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}"\\\u2028\u2029]/gu, (character) => {
      const short = escapes.get(character);
      return short ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
    })
    .replace(/\$(?=\{)/g, "\\$");

export const quote = (text: string): string => `"${escaped(text)}"`;
