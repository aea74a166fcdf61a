/** The same tokens with other white space and comments between them. */
import { Lexer } from "../../grammar/lexer.ts";
import * as T from "../../grammar/tokens.ts";
import type { Random } from "../random.ts";

const lineComments = ["-- a comment", "--", '--- "not a string', "-- {- not open", "-- ${"];
const blockComments = ["{- a comment -}", "{--}", "{- {- nested -} -}", '{- " -}', "{-}-}"];
const longComments = ["{- of\nseveral\n   lines -}", "{-\n-}"];

const space = (random: Random, oneLine: boolean, indent: string): string => {
  if (oneLine) return random.once(4) ? ` ${random.pick(blockComments)} ` : " ".repeat(1 + random.below(2));
  const newline = `${random.once(5) ? "\r" : ""}\n`.repeat(1 + random.below(random.once(4) ? 3 : 1)) + indent;
  switch (random.below(8)) {
    case 0:
      return ` ${random.pick(lineComments)}${newline}`;
    case 1:
      return `${newline}${random.pick(lineComments)}${newline}`;
    case 2:
      return ` ${random.pick(blockComments)} `;
    case 3:
      return `${newline}${random.pick(random.once(2) ? longComments : blockComments)}${newline}`;
    case 4:
    case 5:
      return newline;
    default:
      return random.once(5) ? "\t" : " ";
  }
};

/** `text`, which is without errors, with `random` white space and comments between its tokens. */
export const sprinkle = (text: string, random: Random): string => {
  const lexer = new Lexer(text);
  let result = random.once(3) ? space(random, false, "") : "";
  let strings = 0;
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    result += text.slice(token.startOffset, token.end);
    if (token.tokenType === T.TextStart) strings++;
    if (token.tokenType === T.TextEnd) strings--;
    // The path of an import must stay right behind it for its hash to be one; any space will do.
    result += space(random, strings > 0, " ");
  }
  return result;
};
