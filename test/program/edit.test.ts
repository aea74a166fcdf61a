/** Edits of a range: the same as giving the whole text that they make. */
import test from "ava";
import { Document } from "../../grammar/document.ts";
import type { Range } from "../../src/core/diagnostic.ts";
import { Terms } from "../../src/core/term.ts";
import { openProgram } from "../../src/library.ts";
import { Random } from "../random.ts";

const text = `protocol P = ?Int . !Int
automaton a { requires up: P
  instances 2 }
automaton b { provides p: P on tcp 80 }
system s = [a => b]
`;

const rangeIn = (whole: string, start: number, end: number): Range => {
  const document = Document.parse(whole, new Terms());
  return { start: document.position(start), end: document.position(end) };
};

const rangeOf = (whole: string, part: string): Range => {
  const start = whole.indexOf(part);
  return rangeIn(whole, start, start + part.length);
};

test("an edit of a range changes what it says, and nothing else is read", (t) => {
  const program = openProgram({ file: "e.arch", text });
  const { operations, stats } = program.edit(rangeOf(text, "instances 2"), "instances 3");
  t.deepEqual(
    operations.map(({ op, id }) => `${op} ${id}`),
    ["create instance/a/2"],
  );
  t.true(stats.parsed <= 2);
});

test("an edit counts from the text last given, also where that was refused", (t) => {
  const program = openProgram({ file: "e.arch", text });
  const broken = text.replace("instances 2", "instances nope");
  t.true(program.edit(rangeOf(text, "2 }"), "nope }").diagnostics.length > 0);
  t.deepEqual(program.edit(rangeOf(broken, "nope"), "nope + 1").operations, []);
  const worse = broken.replace("nope", "nope + 1");
  const mended = program.edit(rangeOf(worse, "nope + 1"), "4");
  t.deepEqual(program.diagnostics, []);
  t.deepEqual(
    mended.operations.map(({ id }) => id),
    ["instance/a/2", "instance/a/3"],
  );
});

test("the fix of a hint is an edit", (t) => {
  const slip = text.replace("a => b]", "a => bb]");
  const program = openProgram({ file: "e.arch", text: slip });
  const fix = program.diagnostics.flatMap(({ hints }) => hints).find((hint) => hint.fix !== undefined)?.fix;
  t.truthy(fix, JSON.stringify(program.diagnostics));
  program.edit(fix!.range, fix!.text);
  t.deepEqual(program.diagnostics, []);
});

test("random edits of ranges come to what whole texts come to", (t) => {
  const pieces = ["2", "3", "nope", " ", "\n", "a", "b", "}", "-- x\n", "instances 1", "[a => b], "];
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const [ranges, wholes] = [openProgram({ file: "e.arch", text }), openProgram({ file: "e.arch", text })];
    let whole = text;
    for (let step = 0; step < 25; step++) {
      const mend = ranges.diagnostics.length > 0 && random.once(2);
      const start = mend ? 0 : random.below(whole.length + 1);
      const end = mend ? whole.length : Math.min(whole.length, start + random.below(3));
      const replacement = mend ? text : random.pick(pieces);
      const edited = ranges.edit(rangeIn(whole, start, end), replacement);
      whole = whole.slice(0, start) + replacement + whole.slice(end);
      const given = wholes.update(whole);
      t.deepEqual(edited.operations, given.operations, `seed ${seed} step ${step}\n${whole}`);
      t.deepEqual(ranges.diagnostics, wholes.diagnostics, whole);
    }
    t.deepEqual(ranges.desired(), wholes.desired());
  }
});
