/** Wide systems: edits of a long list cost what they touch, and come to what a program opened anew has. */
import test from "ava";
import { openProgram } from "../../src/library.ts";
import { Random } from "../random.ts";

const automata = (size: number): string => {
  const all = Array.from({ length: size }, (_, i) => `automaton c${i} { requires up?: P }`);
  return ["protocol P = ?Int . !Int", "automaton hub { provides p: P on tcp 1 }", ...all].join("\n");
};

const textOf = (size: number, wires: readonly string[]): string =>
  `${automata(size)}\nlet more = [c0 => hub]\nsystem s = [\n${wires.map((wire) => `  ${wire},\n`).join("")}]\n`;

const wiresOf = (size: number): string[] => Array.from({ length: size }, (_, i) => `c${i} => hub`);

const runs = Number(process.env.FUZZ_RUNS ?? 3);

test("random edits of a wide system come to what a program opened anew has", (t) => {
  const size = 90;
  for (let seed = 1; seed <= runs; seed++) {
    const random = new Random(seed);
    let wires = wiresOf(size);
    let good = wires;
    const live = openProgram({ file: "w.arch", text: textOf(size, wires) });
    for (let step = 0; step < 20; step++) {
      if (wires !== good && random.once(2)) wires = good;
      else {
        const at = random.below(wires.length);
        const one = random.pick([
          ...["hub", "c1 => hub", "more", "[c2 => hub, c3]", "...[hub, c4 => hub]", "publish(hub.p, 80)"],
          ...["(", "nope", "c5 =>", "hub => c1", "c1 -> hub", "let x = c6 in x", '"text"', "c7(up = hub)"],
        ]);
        wires = random.once(3)
          ? wires.toSpliced(at, 1 + random.below(3))
          : wires.toSpliced(at, random.below(2), one);
      }
      const text = textOf(size, wires);
      const update = live.update(text);
      const anew = openProgram({ file: "w.arch", text });
      t.deepEqual(update.diagnostics, anew.diagnostics, `seed ${seed} step ${step}`);
      if (update.diagnostics.length === 0) good = wires;
      const kept = good === wires ? anew : openProgram({ file: "w.arch", text: textOf(size, good) });
      t.deepEqual(live.desired(), kept.desired(), `seed ${seed} step ${step}`);
    }
  }
});

test("in a system of 2,000 wires, one more or less evaluates a path of chunks", (t) => {
  const wires = wiresOf(2_000);
  const program = openProgram({ file: "w.arch", text: textOf(2_000, wires) });
  for (const [what, edited] of [
    ["one less", wires.toSpliced(1_000, 1)],
    ["one more", ["hub", ...wires]],
    ["two exchanged", wires.with(10, wires[1_500]!).with(1_500, wires[10]!)],
  ] as const) {
    const { stats, diagnostics } = program.update(textOf(2_000, edited));
    t.deepEqual(diagnostics, [], what);
    t.true(stats.evaluated <= 12, `${what}: ${stats.evaluated} evaluated`);
    t.is(stats.parsed, 1, what);
    program.update(textOf(2_000, wires));
  }
});

test("a slip in a wide system and its mending evaluate no other element", (t) => {
  const wires = wiresOf(2_000);
  const text = textOf(2_000, wires);
  const program = openProgram({ file: "w.arch", text });
  t.true(program.update(text.replace("c700 =>", "c700 = >")).diagnostics.length > 0);
  const { stats } = program.update(text.replace("c700 => hub", "[c700 => hub, c701]"));
  t.true(stats.evaluated <= 12, `${stats.evaluated} evaluated`);
});
