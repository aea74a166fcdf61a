/** A stream cut into lines. */

/** A line longer than this is no message of ours: programs of 100,000 declarations fit many times. */
const longest = 256 << 20;

export class Lines {
  #pieces: string[] = [];
  #length = 0;
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** False: the line is too long, and its sender should not be listened to. */
  push(text: string): boolean {
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#pieces.push(text.slice(from, end));
      const line = this.#pieces.join("");
      this.#pieces = [];
      this.#length = 0;
      from = end + 1;
      if (line !== "") this.#onLine(line);
    }
    if (from < text.length) this.#pieces.push(text.slice(from));
    this.#length += text.length - from;
    return this.#length <= longest;
  }
}

/** The JSON of a line; null for what is none. */
export const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
