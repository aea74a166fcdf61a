/** A line from a terminal that does not show it. */
import type { ReadStream } from "node:tty";
import type { Stream } from "./terminal.ts";

const [enter, newline, interrupt, endOfInput] = ["\r", "\n", "\u0003", "\u0004"];
const erasing = new Set(["\u007f", "\b"]);
/** Ctrl-U: from the beginning. */
const again = "\u0015";
/** What a terminal says when it goes. */
const ends = ["end", "close", "error"] as const;

/** Asks for a line. Null where the person gives up (Ctrl-C, or Ctrl-D with nothing written), or the terminal goes. */
export const askHidden = (question: string, input: ReadStream, err: Stream): Promise<string | null> =>
  new Promise((resolve) => {
    let line = "";
    let isOver = false;
    const end = (answer: string | null): void => {
      if (isOver) return;
      isOver = true;
      input.setRawMode(false);
      input.off("data", take);
      for (const event of ends) input.off(event, gone);
      input.pause();
      err.write("\n");
      resolve(answer);
    };
    const take = (typed: string): void => {
      for (const character of typed) {
        const isGivenUp = character === interrupt || (character === endOfInput && line === "");
        if (isGivenUp || character === enter || character === newline) {
          end(isGivenUp ? null : line);
          return;
        }
        if (erasing.has(character)) line = [...line].slice(0, -1).join("");
        else if (character === again) line = "";
        else if (character >= " ") line += character;
      }
    };
    // The terminal is gone, and nobody will answer.
    const gone = (): void => end(null);
    for (const event of ends) input.on(event, gone);
    err.write(question);
    input.setRawMode(true);
    input.setEncoding("utf8");
    input.on("data", take);
    input.resume();
  });
