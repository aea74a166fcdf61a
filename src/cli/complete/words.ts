/** Words as a shell's user writes them, with quotes and backslashes, also where a quote is still open. */

/** A piece of a line: what it stands for, and how it is written. */
interface Word {
  text: string;
  raw: string;
}

/** The words of a line up to the cursor; the last one is being written, and may be empty. `blank`: what is between two. */
const split = (line: string, blank = /\s/): readonly Word[] => {
  const words: Word[] = [];
  let word: Word | null = null;
  let quote: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (quote === null && blank.test(character)) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    word ??= { text: "", raw: "" };
    word.raw += character;
    if (character === "\\" && quote !== "'") {
      const next = line[++i];
      if (next === undefined) break;
      word.raw += next;
      // Within double quotes it stands for itself before most characters.
      const isItself = quote === '"' && !'"\\$`\n'.includes(next);
      word.text += isItself ? `\\${next}` : next;
    } else if (quote === null && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = null;
    else word.text += character;
  }
  return [...words, word ?? { text: "", raw: "" }];
};

/** What a shell would make of a word, whatever stands in it. */
export const unquoted = (word: string): string => split(word, /(?!)/)[0]!.text;

export interface Line {
  /** The words behind the command's name. */
  readonly words: readonly string[];
  /** So much of the last of them the shell takes for words of their own. */
  readonly before: number;
}

/** A line of bash up to the cursor, of which bash completes `word` alone: it cuts words at `=` and `:`. */
export const wordsOfBash = (line: string, word: string): Line => {
  const words = split(line);
  const { text, raw } = words.at(-1)!;
  const own = /^[=:]$/.test(word) ? "" : word;
  const isCut = raw.endsWith(own) && raw.length > own.length;
  const before = isCut ? unquoted(raw.slice(0, raw.length - own.length)).length : 0;
  return { words: words.slice(1).map((each) => each.text), before: Math.min(before, text.length) };
};
