import { setTimeout as pause } from "node:timers/promises";
import test from "ava";
import { theme } from "../../src/cli/render/theme.ts";
import { runsOf } from "../../src/repl/colour.ts";
import { passing } from "../../src/repl/line/history.ts";
import { type Appearance, type Entered, Prompt } from "../../src/repl/line/prompt.ts";
import type { Candidate } from "../../src/repl/line/state.ts";
import { unfinished } from "../../src/repl/reading.ts";
import { FakeTerminal, keys } from "./screen.ts";

const look = (colour = false): Appearance => ({
  prompt: "> ",
  continuation: ". ",
  paint: (text) => runsOf(text, theme(colour)),
  theme: theme(colour),
});

interface Set {
  readonly terminal: FakeTerminal;
  readonly entered: Promise<Entered>;
  readonly prompt: Prompt;
}

const words: readonly Candidate[] = ["catalogue", "cart", "clamp", "store"].map((text) => ({
  text,
  detail: `about ${text}`,
}));

const start = (
  before: readonly string[] = [],
  { columns = 40, lines = 12, colour = false }: { columns?: number; lines?: number; colour?: boolean } = {},
): Set => {
  const terminal = new FakeTerminal(columns, lines);
  const history = passing();
  for (const entry of before) history.add(entry);
  const language = {
    finished: (text: string): boolean => !unfinished(text),
    complete: (text: string, cursor: number) => {
      const from = cursor - /[a-z]*$/.exec(text.slice(0, cursor))![0].length;
      const typed = text.slice(from, cursor);
      return { from, to: cursor, candidates: words.filter((word) => word.text.startsWith(typed)) };
    },
  };
  const prompt = new Prompt(terminal.keyboard, terminal.display, history, language, look());
  return { terminal, prompt, entered: prompt.read(look(colour)) };
};

test("what is typed is shown and given", async (t) => {
  const { terminal, entered } = start();
  await terminal.type("1 + ", "2");
  t.deepEqual(terminal.lines, ["> 1 + 2"]);
  t.deepEqual(terminal.cursor, [0, 7]);
  await terminal.type(keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: "1 + 2" });
  t.deepEqual(terminal.cursor, [1, 0]);
});

test("what was typed before anything read it is entered as it was meant", async (t) => {
  const { terminal, entered } = start();
  // A terminal that is not raw has made a newline of Enter.
  await terminal.type(":help", "\n");
  t.deepEqual(await entered, { _tag: "Text", text: ":help" });
});

test("what is not finished goes on in the next line, indented", async (t) => {
  const { terminal, entered } = start();
  await terminal.type("automaton a {", keys.enter, "instances 2", keys.enter, "}");
  t.deepEqual(terminal.lines, ["> automaton a {", ".   instances 2", ". }"]);
  await terminal.type(keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: "automaton a {\n  instances 2\n}" });
});

test("an empty line sends what is not finished", async (t) => {
  const { terminal, entered } = start();
  await terminal.type("(1 +", keys.enter, keys.enter, keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: "(1 +\n" });
});

test("a long line is broken at the edge of the terminal, and the cursor is where it should be", async (t) => {
  const { terminal } = start([], { columns: 10 });
  await terminal.type("abcdefgh");
  t.deepEqual(terminal.lines, ["> abcdefgh"]);
  t.deepEqual(terminal.cursor, [1, 0]);
  await terminal.type("ij");
  t.deepEqual(terminal.lines, ["> abcdefgh", "ij"]);
  await terminal.type(keys.home);
  t.deepEqual(terminal.cursor, [0, 2]);
  await terminal.type("X");
  t.deepEqual(terminal.lines, ["> Xabcdefg", "hij"]);
  await terminal.type(keys.ctrl("k"));
  t.deepEqual(terminal.lines, ["> X"]);
});

test("wide and joined letters take the room that they take", async (t) => {
  const { terminal, entered } = start([], { columns: 8 });
  await terminal.type('"日本語"');
  t.deepEqual(terminal.lines, ['> "日本', '語"']);
  await terminal.type(keys.left, keys.left, keys.backspace);
  t.deepEqual(terminal.lines, ['> "日語"']);
  await terminal.type("e\u0301", keys.backspace, keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: '"日語"' });
});

test("the history is gone through entry by entry, and the new line is kept", async (t) => {
  const { terminal } = start(["one", "(two\n)"]);
  await terminal.type("new", keys.up);
  t.deepEqual(terminal.lines, ["> (two", ". )"]);
  t.deepEqual(terminal.cursor, [1, 3]);
  await terminal.type(keys.up, keys.up);
  t.deepEqual(terminal.lines, ["> one"]);
  await terminal.type(keys.up);
  t.is(terminal.bells, 1);
  await terminal.type(keys.down, keys.down);
  t.deepEqual(terminal.lines, ["> new"]);
});

test("the history is searched by words", async (t) => {
  const { terminal, entered } = start(["let a = service(1)", "cart", "let b = service(2)", "store"]);
  await terminal.type("typed", keys.ctrl("r"), "let", " serv");
  t.deepEqual(terminal.lines, ["search: let serv › let b = service(2)"]);
  await terminal.type(keys.ctrl("r"));
  t.deepEqual(terminal.lines, ["search: let serv › let a = service(1)"]);
  await terminal.type("zzz");
  t.deepEqual(terminal.lines, ["no match: let servzzz › let a = service(", "1)"]);
  await terminal.type(keys.ctrl("g"));
  t.deepEqual(terminal.lines, ["> typed"]);
  await terminal.type(keys.ctrl("r"), "cart", keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: "cart" });
});

test("what was entered before is offered, and taken with the right arrow", async (t) => {
  const { terminal, entered } = start(["catalogue.api"], { colour: true });
  await terminal.type("cat");
  t.deepEqual(terminal.lines, ["> catalogue.api"]);
  t.deepEqual(terminal.cursor, [0, 5]);
  await terminal.type(keys.end, keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: "catalogue.api" });
});

test("what was only offered is not sent", async (t) => {
  const { terminal, entered } = start(["catalogue.api"]);
  await terminal.type("cat", keys.enter);
  t.deepEqual(terminal.lines, ["> cat"]);
  t.deepEqual(await entered, { _tag: "Text", text: "cat" });
});

test("tab completes what all candidates begin with, then shows them", async (t) => {
  const { terminal, entered } = start();
  await terminal.type("c", keys.tab);
  t.deepEqual(terminal.lines, [
    "> catalogue",
    "› catalogue  about catalogue",
    "  cart       about cart",
    "  clamp      about clamp",
  ]);
  await terminal.type(keys.tab);
  t.deepEqual(terminal.lines[0], "> cart");
  await terminal.type(keys.shiftTab, keys.shiftTab);
  t.deepEqual(terminal.lines[0], "> clamp");
  await terminal.type("(");
  t.deepEqual(terminal.lines, ["> clamp("]);
  await terminal.type("st", keys.tab, ")", keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: "clamp(store)" });
});

test("a menu is left without a trace by escape, and what it put in is undone at once", async (t) => {
  const { terminal } = start();
  await terminal.type("ca", keys.tab, keys.tab, keys.escape);
  await pause(100);
  await terminal.settle();
  t.deepEqual(terminal.lines, ["> ca"]);
  await terminal.type(keys.tab, keys.enter);
  t.deepEqual(terminal.lines, ["> catalogue"]);
  await terminal.type("\x1f");
  t.deepEqual(terminal.lines, ["> ca"]);
});

test("a paste of many lines is one entry, and nothing in it is a key", async (t) => {
  const { terminal, entered } = start();
  await terminal.type(keys.paste("let a = 1\rlet b =\t2\r"), keys.backspace, keys.backspace, keys.backspace);
  t.deepEqual(terminal.lines, ["> let a = 1", ". let b = "]);
  await terminal.type("3", keys.enter);
  t.deepEqual(await entered, { _tag: "Text", text: "let a = 1\nlet b = 3" });
});

test("words are cut and put back", async (t) => {
  const { terminal } = start();
  await terminal.type("one two three", keys.ctrl("w"), keys.ctrl("w"));
  t.deepEqual(terminal.lines, ["> one "]);
  await terminal.type(keys.ctrl("a"), keys.ctrl("y"));
  t.deepEqual(terminal.lines, ["> two threeone "]);
});

test("Ctrl-C empties the line, and in an empty line it is told", async (t) => {
  const { terminal, entered } = start();
  await terminal.type("half a", keys.ctrl("c"));
  t.deepEqual(terminal.lines, ["> half a^C", "> "]);
  await terminal.type(keys.ctrl("c"));
  t.deepEqual(await entered, { _tag: "Interrupt" });
});

test("Ctrl-D ends in an empty line, and deletes in another", async (t) => {
  const { terminal, entered } = start();
  await terminal.type("ab", keys.home, keys.ctrl("d"));
  t.deepEqual(terminal.lines, ["> b"]);
  await terminal.type(keys.ctrl("d"), keys.ctrl("d"));
  t.deepEqual(await entered, { _tag: "End" });
});

test("a terminal that becomes narrower is drawn anew", async (t) => {
  const { terminal } = start([], { columns: 20 });
  await terminal.type("abcdefghijklmnop");
  await terminal.resize(12);
  t.deepEqual(terminal.lines, ["> abcdefghij", "klmnop"]);
  await terminal.resize(30);
  t.deepEqual(terminal.lines, ["> abcdefghijklmnop"]);
});

test("of a text that is taller than the terminal, the part around the cursor is shown", async (t) => {
  const { terminal } = start([], { lines: 6 });
  await terminal.type(keys.paste(Array.from({ length: 20 }, (_, i) => `line${i}`).join("\r")));
  t.true(terminal.lines.includes(". line19"));
  t.true(terminal.lines.length <= 6);
  for (let i = 0; i < 19; i++) await terminal.type(keys.up);
  t.true(terminal.lines.includes("> line0"));
});

test("what is written meanwhile stands above the line that is being edited", async (t) => {
  const { terminal, prompt } = start();
  await terminal.type("half");
  prompt.above("catalogue is ready\n");
  await terminal.settle();
  t.deepEqual(terminal.lines, ["catalogue is ready", "> half"]);
  await terminal.type("!");
  t.deepEqual(terminal.lines, ["catalogue is ready", "> half!"]);
});

test("what is typed before it is asked for is not lost", async (t) => {
  const { terminal, entered, prompt } = start();
  await terminal.type("1\r2\r");
  t.deepEqual(await entered, { _tag: "Text", text: "1" });
  t.deepEqual(await prompt.read(look()), { _tag: "Text", text: "2" });
});

test("words of the language have colours", async (t) => {
  const { terminal } = start([], { colour: true });
  await terminal.type('let a = "x" + 2.5MiB');
  t.is(terminal.colourAt(0, 2), 5);
  t.is(terminal.colourAt(0, 6), -1);
  t.is(terminal.colourAt(0, 10), 2);
  t.is(terminal.colourAt(0, 16), 3);
});
