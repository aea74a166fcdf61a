/** What is wrong with a file of variables is told by the file and the line, and with the words that stand there. */
import test from "ava";
import { architect, folder } from "../../cli/binary.ts";

test("a line of a file that is no variable is told by its place", async (t) => {
  const cwd = folder(t, {
    "main.arch": 'let text = read("./.env")\nautomaton a { env { ...dotenv(text) } }\nsystem s = a\n',
    ".env": "A=1\n\nnot-a name = hidden\n",
  });
  const { code, err, out } = await architect(["check", "main.arch"], { cwd });
  t.is(code, 1);
  t.regex(err + out, /: \.\/\.env:3 is no variable: "not-a name" is no `NAME=value`\n/);
  t.notRegex(err + out, /hidden/);
});

test("of another text only the line is known", async (t) => {
  const cwd = folder(t, {
    "main.arch": 'automaton a { env { ...dotenv("A=1\\nB") } }\nsystem s = a\n',
  });
  const { err, out } = await architect(["check", "main.arch"], { cwd });
  t.regex(err + out, /: line 2 of this text is no variable: "B" is no `NAME=value`\n/);
});
