/** The laws of every pass in the chain; a new pass is held to them by being in it. */
import test from "ava";
import { passes, spaces } from "../../passes/chain.ts";
import type { AnyReader } from "../../src/core/pass.ts";
import { Slots } from "../../src/core/slots.ts";
import { Program } from "../../src/program/program.ts";
import { SampleSystem } from "../program/random/sample-system.ts";
import { Random } from "../random.ts";

const freeze = <T>(value: T): T => {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value) && !(value instanceof Map)) {
    Object.freeze(value);
    for (const field of Object.values(value)) freeze(field);
  }
  return value;
};

/** The first programs that have members to fold: random ones may have few. */
const programs: Program[] = [];
for (let seed = 1; programs.length < 4 && seed <= 1_000; seed++) {
  const text = new SampleSystem(new Random(seed), 0).program(60, []).join("\n\n");
  const program = new Program({ file: "v.arch", text });
  program.start();
  if (program.augmentation.tree.length >= 4) programs.push(program);
}

test("the programs have members to fold", (t) => {
  t.is(programs.length, 4);
});

for (const pass of passes) {
  const { name, summary } = pass;

  test(`${name}: the summary is a monoid`, (t) => {
    for (const program of programs) {
      const sums = [...program.augmentation.tree].map(({ attributes }) => summary.of(attributes[name]));
      for (const [i, a] of sums.entries()) {
        t.deepEqual(summary.combine(summary.empty, a), a);
        t.deepEqual(summary.combine(a, summary.empty), a);
        const [b, c] = [sums[(i + 1) % sums.length]!, sums[(i + 2) % sums.length]!];
        t.deepEqual(summary.combine(summary.combine(a, b), c), summary.combine(a, summary.combine(b, c)));
      }
      const all = sums.reduce((total: unknown, one) => summary.combine(total, one), summary.empty);
      t.deepEqual(program.augmentation.summary(name), all);
    }
  });

  test(`${name}: the algebra is pure, and says what it says in any order`, (t) => {
    for (const program of programs) {
      const members = [...program.augmentation.tree];
      const slots = new Map(Object.entries(spaces).map(([space, size]) => [space, new Slots(size)]));
      for (const [space, own] of slots) {
        for (const { key } of members) {
          const claims = program.augmentation.trace(key).flatMap((trace) => trace.claims);
          for (let i = 0; i < claims.length; i += 2)
            if (claims[i] === space) own.claim(claims[i + 1]!, "", new Set());
        }
      }
      for (const { key, member, attributes } of members.reverse()) {
        const read: AnyReader = {
          cell: (cell) => program.workspace.cells.get(cell),
          attribute: (of, from, field) => {
            t.true(pass.reads.includes(from), `${name} reads ${from}`);
            return (program.augmentation.get(of)?.attributes[from] as Record<string, unknown> | undefined)?.[
              field
            ];
          },
          slot: (space, identity) => slots.get(space)!.claim(identity, key, new Set()),
          problem: (problem) => t.fail(JSON.stringify(problem)),
        };
        const once = pass.algebra(freeze(member), freeze(attributes), read);
        t.true(pass.equal(once, pass.algebra(member, attributes, read)), `${name} of ${key}, twice`);
        t.true(pass.equal(once, attributes[name]), `${name} of ${key}, as kept`);
      }
    }
  });
}
