import test from "ava";
import fc from "fast-check";
import { NameIndex } from "../../src/core/name-index.ts";
import { candidatesIn, distance, nearest } from "../../src/core/nearest.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };
const name = fc.stringMatching(/^[abAB_]{0,7}$/);
const names = fc.uniqueArray(name, { maxLength: 40 });

test("an index finds the names that looking through all of them finds", (t) => {
  const property = fc.property(name, names, fc.nat(3), (word, all, most) => {
    const edits = (one: string): number => distance(word.toLowerCase(), one.toLowerCase());
    const others = all.filter((one) => one !== word);
    const least = Math.min(most + 1, ...others.map(edits));
    const expected = least > most ? [] : others.filter((one) => edits(one) === least);
    t.deepEqual([...new NameIndex(all).nearest(word, most)].sort(), expected.sort());
  });
  fc.assert(property, runs);
});

test("nearest is the same, whichever way the candidates come", (t) => {
  const property = fc.property(name, names, names, (word, some, more) => {
    const whole = nearest(word, [...some, ...more]);
    t.is(nearest(word, new NameIndex(some), more), whole);
    t.is(nearest(word, some, new NameIndex(more)), whole);
    t.is(nearest(word, new NameIndex([...some, ...more])), whole);
  });
  fc.assert(property, runs);
});

test("a slip in a word costs about the same among few names and among many", (t) => {
  const looked = (count: number): number => {
    const index = new NameIndex(Array.from({ length: count }, (_, i) => `name${i}`));
    for (let i = 0; i < 100; i++) t.is(index.nearest(`nmae${i}`, 2)[0], `name${i}`);
    for (let i = 0; i < 100; i++) t.deepEqual(index.nearest(`other${i}`, 2), []);
    return index.looked;
  };
  const [few, many] = [looked(1_000), looked(16_000)];
  t.true(many < 3 * few, `${few} and ${many} branches`);
});

test("names of a collection are indexed once, where there are many", (t) => {
  const few = new Set(["a", "b"]);
  t.deepEqual([...(candidatesIn(few) as Iterable<string>)], ["a", "b"]);
  const many = new Map(Array.from({ length: 100 }, (_, i) => [`n${i}`, i]));
  t.true(candidatesIn(many) instanceof NameIndex);
  t.is(candidatesIn(many), candidatesIn(many));
  t.is(nearest("n5x", candidatesIn(many)), "n5");
});
