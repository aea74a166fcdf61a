/** Lines that instances printed, as a terminal may be given them. */
import { padEnd, visible } from "./text.ts";
import { hues, type Paint } from "./theme.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to tell from all others
const harmlessControls = /(\u001b\[[\d;]*m|\t)/;

/** Colours and tabs pass; what else could move the cursor or change the terminal is made visible. */
export const harmless = (line: string): string =>
  line
    .split(harmlessControls)
    .map((piece, index) => (index % 2 === 1 ? piece : visible(piece)))
    .join("");

const plain: Paint = (text) => text;

/** The prefix of each instance, all of one width, each in a hue of its own. */
export const prefixes = (names: readonly string[], colour: boolean): ReadonlyMap<string, string> => {
  const widest = names.reduce((most, name) => Math.max(most, name.length), 0);
  return new Map(
    names.map((name, index) => {
      const paint = colour ? hues[index % hues.length]! : plain;
      return [name, `${paint(`${padEnd(name, widest)} |`)} `] as const;
    }),
  );
};
