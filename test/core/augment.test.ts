import test from "ava";
import fc from "fast-check";
import { Augmentation } from "../../src/core/augment.ts";
import { type Cause, set, written } from "../../src/core/cause.ts";
import type { CellKey } from "../../src/core/cell-key.ts";
import { sameJson } from "../../src/core/json.ts";
import { type AnyPass, type AnyReader, type Pass, start } from "../../src/core/pass.ts";

/** A member that reads a cell, another member's attribute, and holds some slots. */
interface Toy {
  readonly size: number;
  readonly cell: string;
  readonly friend: string;
}

const total = { empty: 0, combine: (a: number, b: number): number => a + b };
const count: Pass<"count", Toy, object, number, number> = {
  name: "count",
  reads: [],
  algebra: ({ size, cell }, _, read) => (size + read.cell(cell as CellKey<number>)!) % 5,
  equal: Object.is,
  summary: { ...total, of: (n) => n },
};
const slots: Pass<
  "slots",
  Toy,
  { readonly count: number },
  { readonly held: readonly (number | null)[] },
  number
> = {
  name: "slots",
  reads: ["count"],
  algebra: ({ cell }, { count }, read) => ({
    held: Array.from({ length: count }, (_, i) => read.slot("s", `${cell}${i % 3}`)),
  }),
  equal: sameJson,
  summary: { ...total, of: ({ held }) => held.length },
};
interface SocialReads {
  readonly count: number;
  readonly slots: { readonly held: readonly (number | null)[] };
}
const social: Pass<"social", Toy, SocialReads, string, number> = {
  name: "social",
  reads: ["count", "slots"],
  algebra: ({ friend }, { count }, read) =>
    `${count} ${JSON.stringify(read.attribute(friend, "slots", "held"))}`,
  equal: Object.is,
  summary: { ...total, of: (text) => text.length },
};
const { passes } = start<Toy>().with(count).with(slots).with(social);

const edited = (key: string): Cause => written(key, "edited", null);

const names = ["a", "b", "c", "d", "e", "f"];
const cells = ["x", "y"];
const toy = fc.record({
  size: fc.nat(9),
  cell: fc.constantFrom(...cells),
  friend: fc.constantFrom(...names),
});

/** Everything again from nothing; each owner asks for slots of its own name. */
const own = (member: Toy, key: string): Toy => ({
  ...member,
  cell: member.cell,
  friend: member.friend,
  size: member.size + key.length,
});

test("a pass reads what an earlier one adds, of any member; all else does not compile", (t) => {
  // @ts-expect-error: `slots` comes first.
  start<Toy>().with(count).with(social);
  const strange: Pass<"strange", Toy, SocialReads, number, number> = {
    ...count,
    name: "strange",
    // @ts-expect-error: not one of what it reads.
    reads: ["names"],
    algebra: (_, __, read) => {
      // @ts-expect-error: not one of what it reads.
      read.attribute("a", "names", "held");
      // @ts-expect-error: not a field of it.
      read.attribute("a", "slots", "free");
      return read.attribute("a", "slots", "held")?.length ?? 0;
    },
  };
  t.is(strange.name, "strange");
  const texts: Pass<"texts", Toy, object, string, string> = {
    ...count,
    name: "texts",
    algebra: () => "",
    summary: { empty: "", combine: (a, b) => a + b, of: (text) => text },
    // @ts-expect-error: what is not a number cannot be bounded.
    budget: { most: () => 1, exceeded: () => "" },
  };
  t.is(texts.name, "texts");
});

test("a budget bounds the summary of the whole tree", (t) => {
  const bounded = { ...count, budget: { most: () => 6, exceeded: (most: number) => `more than ${most}` } };
  const live = new Augmentation([bounded], {}, () => 0);
  const put = (members: Readonly<Record<string, number | null>>): string | null => {
    const toys = Object.entries(members).map(
      ([key, size]) => [key, size === null ? null : { size, cell: "x", friend: "" }] as const,
    );
    const batch = live.stage(new Map(toys), new Map(), edited);
    if (batch.exceeded === null) live.commit(batch);
    else live.rollback();
    return batch.exceeded?.message ?? null;
  };
  t.is(put({ a: 4, b: 2 }), null);
  t.is(live.summary("count"), 6);
  t.is(put({ c: 1 }), "more than 6");
  t.is(put({ b: 1, c: 1 }), null);
  t.is(put({ b: 2 }), "more than 6");
  t.is(put({ a: null, b: 4 }), null);
  t.is(live.summary("count"), 5);
});

test("incremental folds equal those from scratch, attributes and summaries", (t) => {
  const step = fc.oneof(
    fc.record({ key: fc.constantFrom(...names), member: fc.option(toy) }),
    fc.record({ cell: fc.constantFrom(...cells), value: fc.nat(4) }),
  );
  // Slots are held by one owner each: qualify them by the member's key.
  const qualified = passes.map(
    (pass): AnyPass<Toy & { readonly key: string }> => ({
      ...pass,
      algebra: (member: Toy & { readonly key: string }, attributes: unknown, read: AnyReader) =>
        pass.algebra(member, attributes, {
          cell: (name) => read.cell(name),
          attribute: (other, from, field) => read.attribute(other, from, field),
          problem: (problem) => read.problem(problem),
          slot: (space, id) => read.slot(space, `${member.key}/${id}`),
        }),
    }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 12 }),
      fc.infiniteStream(fc.boolean()),
      (batches, keep) => {
        const values: Record<string, number> = { x: 0, y: 0 };
        const space = { s: { size: 30 } };
        const live = new Augmentation(qualified, space, (name) => values[name]);
        const present = new Map<string, Toy & { readonly key: string }>();
        for (const batch of batches) {
          const members = new Map<string, (Toy & { readonly key: string }) | null>();
          const before = { ...values };
          const changed = new Map<string, Cause>();
          for (const one of batch) {
            if ("cell" in one) {
              values[one.cell] = one.value;
              changed.set(one.cell, set(one.cell, null, one.value));
            } else
              members.set(
                one.key,
                one.member === null ? null : { ...own(one.member, one.key), key: one.key },
              );
          }
          const staged = live.stage(members, changed, edited);
          if (!keep.next().value) {
            live.rollback();
            Object.assign(values, before);
          } else {
            live.commit(staged);
            for (const [key, member] of members) {
              if (member === null) present.delete(key);
              else present.set(key, member);
            }
          }
          const scratch = new Augmentation(qualified, space, (name) => values[name]);
          scratch.commit(scratch.stage(present, new Map(), edited));
          t.deepEqual([...live.tree], [...scratch.tree]);
          for (const { name } of passes) t.is(live.summary(name), scratch.summary(name));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a cell read by one member folds that one, and an equal result stops there", (t) => {
  const values: Record<string, number> = { x: 0, y: 0 };
  const live = new Augmentation(passes, { s: { size: 30 } }, (name) => values[name]);
  const members = new Map<string, Toy>([
    ["a", { size: 1, cell: "x", friend: "b" }],
    ["b", { size: 2, cell: "y", friend: "b" }],
  ]);
  live.commit(live.stage(members, new Map(), edited));
  values.x = 5;
  const ran = live.commit(live.stage(new Map(), new Map([["x", set("x", 0, 5)]]), edited));
  t.deepEqual(ran.get("count"), { folded: 1, reused: 1, cutOff: 1 });
  t.deepEqual(ran.get("slots"), { folded: 0, reused: 2, cutOff: 0 });
});

test("a throwing pass, repaired, leaves no trace", (t) => {
  let broken = false;
  const strict: Pass<"strict", Toy, { readonly count: number }, number, number> = {
    name: "strict",
    reads: ["count"],
    algebra: ({ size }, { count }, read) => {
      const slot = read.slot("s", `strict${size}`);
      if (broken && size === 7) throw new Error("seven");
      return count + (slot ?? 0);
    },
    equal: Object.is,
    summary: { ...total, of: (n) => n },
  };
  const chain = start<Toy>().with(count).with(slots).with(strict).passes;
  const values: Record<string, number> = { x: 0, y: 0 };
  const fresh = (): Augmentation<Toy> => new Augmentation(chain, { s: { size: 30 } }, (name) => values[name]);
  const members = new Map<string, Toy>([
    ["a", { size: 1, cell: "x", friend: "a" }],
    ["b", { size: 2, cell: "y", friend: "a" }],
  ]);
  const live = fresh();
  live.commit(live.stage(members, new Map(), edited));
  const before = [...live.tree];
  const more = new Map<string, Toy | null>([
    ["a", { size: 7, cell: "y", friend: "b" }],
    ["b", null],
    ["c", { size: 3, cell: "x", friend: "c" }],
  ]);
  broken = true;
  t.throws(() => live.stage(more, new Map(), edited), { message: "seven" });
  t.deepEqual([...live.tree], before);
  for (const name of ["strict1", "strict2"]) t.not(live.slots("s").slot(name), undefined);
  for (const name of ["strict3", "strict7"]) t.is(live.slots("s").slot(name), undefined);
  broken = false;
  const ran = live.commit(live.stage(more, new Map(), edited));
  t.is(ran.get("strict")?.folded, 2 + 1);
  const scratch = fresh();
  scratch.commit(
    scratch.stage(new Map([...more].filter(([, member]) => member !== null)), new Map(), edited),
  );
  t.deepEqual([...live.tree], [...scratch.tree]);
  for (const { name } of chain) t.is(live.summary(name), scratch.summary(name));
});

test("a member that goes gives its slot to the one that comes in the same batch", (t) => {
  const live = new Augmentation(passes, { s: { size: 1 } }, () => 1);
  const toyOf = (cell: string): Toy => ({ size: 0, cell, friend: "a" });
  live.commit(live.stage(new Map([["a", toyOf("x")]]), new Map(), edited));
  t.deepEqual(live.get("a")?.attributes.slots, { held: [0] });
  for (const [gone, come, cell] of [
    ["a", "b", "y"],
    ["b", "a", "x"],
  ] as const) {
    const members = new Map<string, Toy | null>([
      [gone, null],
      [come, toyOf(cell)],
    ]);
    live.commit(live.stage(members, new Map(), edited));
    t.deepEqual(live.get(come)?.attributes.slots, { held: [0] }, come);
    t.is(live.slots("s").slot(`${cell === "x" ? "y" : "x"}0`), undefined, `${gone} holds nothing`);
  }
});

test("what a member reads no more folds it no more", (t) => {
  const values: Record<string, number> = { x: 0, y: 0 };
  const live = new Augmentation(passes, { s: { size: 30 } }, (name) => values[name]);
  const one = (cell: string, friend: string): Map<string, Toy> => new Map([["a", { size: 1, cell, friend }]]);
  live.commit(live.stage(new Map([["b", { size: 2, cell: "y", friend: "b" }]]), new Map(), edited));
  live.commit(live.stage(one("x", "b"), new Map(), edited));
  t.true(live.reads("x" as CellKey));
  live.commit(live.stage(one("y", "a"), new Map(), edited));
  t.false(live.reads("x" as CellKey));
  values.x = 3;
  const ran = live.commit(live.stage(new Map(), new Map([["x", set("x", 0, 3)]]), edited));
  t.deepEqual(
    [...ran].map(([name, { folded }]) => [name, folded]),
    [
      ["count", 0],
      ["slots", 0],
      ["social", 0],
    ],
  );
  // Nor does a friend that it has no more.
  const other = live.commit(
    live.stage(new Map([["b", { size: 4, cell: "y", friend: "b" }]]), new Map(), edited),
  );
  t.is(other.get("social")?.folded, 1 + 1, "b alone, and the tree once");
});
