/**
 * Programs that have much of something: twice as much takes about twice as long. What is measured
 * is the time of this process on a processor, so that others who run do not count; of a square,
 * four times as much would take sixteen times as long, and is told only if it does so each time.
 */
import test from "ava";
import { openProgram } from "../../src/library.ts";

const lines = (count: number, line: (i: number) => string, between = "\n"): string =>
  Array.from({ length: count }, (_, i) => line(i)).join(between);

const protocol = "protocol P = ?Int\n";
const provider = `${protocol}automaton y { provides p: P on tcp 1 }\n`;

/** What is wrong with the program, once, however often; null where nothing is. */
type Case = readonly [title: string, wrong: string | null, text: (count: number) => string];

const cases: readonly Case[] = [
  [
    "arguments of a composition",
    null,
    (n) =>
      `${provider}automaton x { ${lines(n, (i) => `requires r${i}: P`)} }
system s = x(${lines(n, (i) => `r${i} = y`, ", ")})`,
  ],
  ["duplicate declarations", "duplicate-name", (n) => lines(n, (i) => `let a = ${i}`)],
  [
    "provided ports",
    null,
    (n) => `${protocol}automaton x { ${lines(n, (i) => `provides p${i}: P on tcp 1`)} }`,
  ],
  ["required ports", null, (n) => `${protocol}automaton x { ${lines(n, (i) => `requires p${i}: P`)} }`],
  [
    "provided and required ports whose variables may be the same",
    null,
    (n) => `${protocol}automaton x { ${lines(n, (i) => `provides p${i}: P on tcp 1 requires port${i}: P`)} }`,
  ],
  [
    "ports that others take the place of",
    null,
    (n) =>
      `${protocol}automaton x { ${lines(n, (i) => `requires p${i}: P`)} }
let other = x with { ${lines(n, (i) => `requires p${i}: P`)} }`,
  ],
  [
    "wires of one automaton",
    null,
    (n) =>
      `${protocol}automaton x { ${lines(n, (i) => `requires p${i}: P`)} }
${lines(n, (i) => `automaton a${i} { provides p: P on tcp 1 }`)}
system s = [${lines(n, (i) => `x.p${i} => a${i}`, ", ")}]`,
  ],
  [
    "publications of one automaton",
    null,
    (n) =>
      `${protocol}automaton x { ${lines(n, (i) => `provides p${i}: P on tcp ${i + 1}`)} }
system s = [${lines(n, (i) => `publish(x.p${i}, ${i + 1})`, ", ")}]`,
  ],
  ["fields of a record", null, (n) => `let r = { ${lines(n, (i) => `f${i} = ${i}`, ", ")} }`],
  [
    "fields that a record has not",
    "unknown-field",
    (n) =>
      `let r = { ${lines(n, (i) => `field${i} = ${i}`, ", ")} }\nlet l = [${lines(n, (i) => `r.feild${i}`, ", ")}]`,
  ],
  [
    "ports that an automaton has not",
    "unknown-port",
    (n) =>
      `${protocol}automaton x { ${lines(n, (i) => `requires port${i}: P`)} }
let l = [${lines(n, (i) => `x.prot${i}`, ", ")}]`,
  ],
  [
    "names that nothing has, among as many that something has",
    "unknown-name",
    (n) => `${lines(n, (i) => `let name${i} = ${i}`)}\n${lines(n, (i) => `let x${i} = nmae${i}`)}`,
  ],
  ["definitions in a circle", "cyclic-definition", (n) => lines(n, (i) => `let a${i} = a${(i + 1) % n}`)],
  [
    "ways to wire two automata",
    "ambiguous-connection",
    (n) =>
      `${protocol}automaton x { ${lines(n, (i) => `requires r${i}: P`)} }
automaton z { ${lines(n, (i) => `provides p${i}: P on tcp 1`)} }
system s = x => z`,
  ],
  [
    "compositions in a list",
    null,
    (n) =>
      `${provider}${lines(n, (i) => `automaton a${i} { requires p: P }`)}
system s = [${lines(n, (i) => `a${i} => y`, ", ")}]`,
  ],
  ["pieces of a string", null, (n) => `let a = "x"\nlet s = "${lines(n, () => "$" + "{a}", "")}"`],
  ["inputs", null, (n) => lines(n, (i) => `let a${i} = input("n${i % 7}", 1)`)],
  ["inputs that conflict", "conflicting-input", (n) => lines(n, (i) => `let a${i} = input("n", ${i})`)],
];

/** Milliseconds of this process. */
const spent = (run: () => void): number => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const few = 1_000;
const tries = 4;

for (const [title, wrong, text] of cases)
  test.serial(`${title}: four times as much takes about four times as long`, (t) => {
    const open = (count: number): void => {
      const { diagnostics } = openProgram({ file: "main.arch", text: text(count) });
      const codes = [...new Set(diagnostics.map(({ code }) => code))];
      t.deepEqual(codes, wrong === null ? [] : [wrong], diagnostics[0]?.message);
    };
    open(few);
    const ratios: number[] = [];
    for (let i = 0; i < tries; i++) {
      // Below some milliseconds it is chance that is measured.
      const [small, large] = [spent(() => open(few)), spent(() => open(4 * few))];
      ratios.push(large / Math.max(small, 15));
      if (ratios.at(-1)! < 9) break;
    }
    t.true(Math.min(...ratios) < 9, `${ratios.map((one) => one.toFixed(1)).join(", ")} times`);
  });
