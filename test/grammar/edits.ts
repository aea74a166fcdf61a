/** Random edits of texts: such as people make, and such as nobody does. */
import type { Random } from "../random.ts";

const pieces = [
  ..."let in if then else fn import as type protocol automaton system with dual mu end true".split(" "),
  ...'( ) [ ] { } , : = . ... ; ? ! + - * / | || && & == => -> < ${ } " """ {- -} -- \\ $'.split(" "),
  ..."x Store 1 5ms 2.5.x instances requires every for name".split(" "),
  ...["\n", "\n\n", " ", "\t", "\r\n", "\ufeff", "é", "😀", "\ud83d", "\u00a0", "{-}", '""', "\u0000"],
  "\nlet b = 2\n",
  "\nlet ",
  "\n  let c = 3 in c\n",
  "\nautomaton y {\n  instances 2\n}\n",
  "\nautomaton ",
  "\ntype T = { a: Int }\n",
  "\nprotocol P = mu t. &{ a: !Int . t, b: end }\n",
  "\nsystem s = [a, b] => c\n",
  'import "./lib.arch" as lib\n',
  '"""\ntext ${x}\n"""',
  '"a ${ "b" } c"',
  "-- comment\n",
  "{- {- -} -}",
];

const LONGEST = 6000;

/** `text` with a few places changed. */
export const edited = (text: string, random: Random): string => {
  let result = text;
  for (let count = 1 + random.below(2); count > 0; count--) {
    const at = random.below(result.length + 1);
    const gone = random.once(3) ? random.below(20) : random.once(12) ? random.below(400) : 0;
    let fresh = random.pick(pieces);
    if (random.once(4)) fresh = "";
    else if (random.once(6)) fresh = result.slice(at, at + random.below(200));
    else if (random.once(10)) fresh = String.fromCharCode(random.below(128));
    result = result.slice(0, at) + fresh + result.slice(at + gone);
  }
  return result.slice(0, LONGEST);
};

/** Text of no meaning: characters that the lexer knows, and others. */
export const noise = (random: Random): string =>
  random.several(0, 60, () => random.pick(pieces)).join(random.pick(["", " "]));
