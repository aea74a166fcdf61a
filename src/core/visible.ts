/**
 * Characters that are not seen, or change how others are: control characters, which a terminal
 * may obey, and format characters, such as those that turn the direction of text. The two
 * joiners, of which emoji and some scripts are made, are none of them.
 */
export const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** As it is written in a program: `\u{1b}`. */
const escaped = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/** The text with what is not seen as the language's escapes; of line ends and tabs nothing is changed. */
export const visible = (text: string): string =>
  text.replace(unseen, (character) =>
    character === "\n" || character === "\t" ? character : escaped(character),
  );

/** The same for a text of one line. */
export const visibleLine = (text: string): string => text.replace(unseen, escaped);
