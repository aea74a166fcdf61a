/**
 * A page that a reader follows, as steps. Its blocks:
 *
 * - `console`: commands behind `$ `, each with what it prints;
 * - `console terminal=1`: the same in a terminal whose command goes on. A block without
 *   a command is what that terminal says next, `^C` is Ctrl-C pressed there;
 * - `diff file=NAME`: an edit of a file;
 * - `architect file=NAME`: what a file holds.
 */

export type Step =
  | { readonly _tag: "Command"; readonly line: number; readonly command: string; readonly output: string }
  | { readonly _tag: "Start"; readonly line: number; readonly command: string }
  | { readonly _tag: "Says"; readonly line: number; readonly output: string }
  | { readonly _tag: "Interrupt"; readonly line: number }
  | { readonly _tag: "Edit"; readonly line: number; readonly file: string; readonly diff: string }
  | { readonly _tag: "Holds"; readonly line: number; readonly file: string; readonly text: string };

export interface Block {
  readonly kind: string;
  /** What stands behind the kind: `file=system.arch`. */
  readonly facts: Readonly<Record<string, string>>;
  /** Of its first line in the page, 1-based. */
  readonly line: number;
  readonly text: string;
}

export const blocksOf = (page: string): readonly Block[] =>
  [...page.matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: kind, 2: facts, 3: text }) => ({
    kind: kind!,
    facts: Object.fromEntries([...facts!.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!])),
    line: page.slice(0, index).split("\n").length + 1,
    text: text!,
  }));

interface Entry {
  readonly line: number;
  /** Null: what is printed before any command of the block. */
  readonly command: string | null;
  readonly output: string;
}

const entriesOf = ({ text, line }: Block): readonly Entry[] => {
  const entries: { line: number; command: string | null; output: string }[] = [];
  text
    .trimEnd()
    .split("\n")
    .forEach((each, i) => {
      if (each.startsWith("$ ") || each === "^C")
        entries.push({ line: line + i, command: each.replace(/^\$ /, ""), output: "" });
      else {
        if (entries.length === 0) entries.push({ line, command: null, output: "" });
        entries.at(-1)!.output += `${each}\n`;
      }
    });
  return entries;
};

const lasting = ({ line, command, output }: Entry): readonly Step[] => {
  const says: readonly Step[] = output === "" ? [] : [{ _tag: "Says", line, output }];
  if (command === null) return says;
  return [command === "^C" ? { _tag: "Interrupt", line } : { _tag: "Start", line, command }, ...says];
};

/** Null: a kind that is not followed. */
const stepsOfBlock = (block: Block): readonly Step[] | null => {
  const { kind, facts, line, text } = block;
  switch (kind) {
    case "console":
      if (facts.terminal !== undefined) return entriesOf(block).flatMap(lasting);
      return entriesOf(block).map(({ command, ...rest }) => ({
        _tag: "Command",
        command: command!,
        ...rest,
      }));
    case "diff":
      return [{ _tag: "Edit", line, file: facts.file!, diff: text }];
    case "architect":
      return [{ _tag: "Holds", line, file: facts.file!, text }];
    default:
      return null;
  }
};

export const stepsOf = (page: string): readonly Step[] =>
  blocksOf(page).flatMap((block) => stepsOfBlock(block) ?? []);

/** The blocks that no step comes from. */
export const unfollowed = (page: string): readonly Block[] =>
  blocksOf(page).filter((block) => stepsOfBlock(block) === null);

/** What is another each time, each with what stands for it where texts are compared. */
const fleeting: readonly (readonly [what: RegExp, instead: string])[] = [
  // Causes stand behind an event or below it, as there is room.
  [/\n +←/g, " ←"],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<moment>"],
  [/^\d\d:\d\d:\d\d /gm, "<clock> "],
  [/\b[\d.]+ (?:ms|s|milliseconds)\b/g, "<time>"],
  [/supervised by \d+/g, "supervised by <pid>"],
  // Of the table of instances; its columns are as wide as what is in them.
  [/( ready) +\d+ /g, "$1 <pid> "],
  // Whom a request goes to is drawn by lot.
  [/says clock \d/g, "says clock <any>"],
  [/ +/g, " "],
];

/** A text without what is another each time: two that are the same then tell the same. */
export const lastingPart = (printed: string): string =>
  fleeting.reduce((text, [what, instead]) => text.replaceAll(what, instead), printed);

/** The text after an edit that is written as a diff; null where it has no such place, or several. */
export const edited = (text: string, diff: string): string | null => {
  const lines = diff.trimEnd().split("\n");
  const without = (sign: string): string =>
    lines
      .filter((line) => !line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const [head, tail, more] = text.split(without("+"));
  return tail === undefined || more !== undefined ? null : head + without("-") + tail;
};
