/** Definitions that each keep to their bound may not take for ever together. */
import test from "ava";
import { Program } from "../../src/program/program.ts";
import { Random } from "../random.ts";

const limits = { total: 10_000 };

/** Each definition takes about 6 steps a turn. */
const text = (turns: readonly number[]): string =>
  [
    ...turns.map((count, i) => `let a${i} = fold(fn(x, y) x + y, ${i}, range(1, ${count}))`),
    `let list = [${turns.map((_, i) => `a${i} + fold(fn(x, y) x + y, 0, range(1, 3))`).join(", ")}]`,
    'automaton x { env { SUM = toString(fold(fn(x, y) x + y, 0, list)) } runs exec ["x"] }',
    "system s = x",
  ].join("\n");

const open = (source: string): Program => {
  const program = new Program({ file: "main.arch", text: source, limits });
  program.start();
  return program;
};

const resources = (program: Program): string => JSON.stringify([...program.resources()]);

test("that is told once, at the beginning, with the definition that takes most", (t) => {
  const { diagnostics } = open(text([200, 200, 1500, 200, 200]));
  t.is(diagnostics.length, 1);
  const [{ code, message, range, hints }] = diagnostics as [(typeof diagnostics)[0]];
  t.is(code, "limit-exceeded");
  t.is(message, "evaluating this program takes more than 10,000 steps");
  t.deepEqual(range.start, { line: 1, column: 5 });
  t.deepEqual(
    hints.map((hint) => hint.message),
    ["`a2` takes most of them", "`--limit total=N` lets a program take more"],
  );
});

test("what is beyond it is not evaluated", (t) => {
  const steps = (definitions: number): number => {
    const program = open(text(Array.from({ length: definitions }, () => 300)));
    t.is(program.diagnostics.length, 1);
    const { modules } = program.workspace;
    const values = [...modules.get("main.arch")!.definitions.values()].map(({ node }) => node.value!._tag);
    return values.filter((tag) => tag === "Quantity").length;
  };
  const [few, many] = [steps(20), steps(2_000)];
  t.true(few > 0 && few < 10, `${few}`);
  t.is(many, few);
});

test("an edit that makes room, or moves work about, has all of it evaluated again", (t) => {
  const random = new Random(5);
  const turns = Array.from({ length: 12 }, () => 10);
  const live = open(text(turns));
  let [refused, taken] = [0, 0];
  let standing = text(turns);
  for (let step = 0; step < 200; step++) {
    turns[random.below(turns.length)] = random.once(3) ? 0 : random.below(500);
    if (random.once(4)) turns.reverse();
    const source = text(turns);
    const anew = open(source);
    const { diagnostics } = live.update(source);
    const told = ({ code, range }: (typeof diagnostics)[0]): unknown => [code, range];
    t.deepEqual(diagnostics.map(told), anew.diagnostics.map(told), `step ${step}`);
    if (diagnostics.length === 0) {
      standing = source;
      taken++;
    } else refused++;
    t.is(resources(live), resources(open(standing)), `step ${step}`);
  }
  t.true(refused > 20 && taken > 20, `${refused} refused, ${taken} taken`);
});
