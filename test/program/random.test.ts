/**
 * Random programs under random edits: after every step they are what the oracle says.
 *
 * By hand: `ORACLE_STEPS` for each of `ORACLE_SEEDS` (`7`, `1,2,3` or `100-199`), in
 * programs of about `ORACLE_SIZE` declarations, where that is given. A hundred thousand
 * steps take about an hour:
 *
 *     ORACLE_SEEDS=1000-1199 ORACLE_STEPS=500 npx ava --timeout=60m dist/test/program/random.test.js
 */
import test from "ava";
import { Random } from "../random.ts";
import { constructs, noteConstructs } from "./random/constructs.ts";
import { edits } from "./random/edits.ts";
import { Files } from "./random/files.ts";
import { type Counts, Walk } from "./random/walk.ts";

const seedsIn = (given: string): readonly number[] =>
  given.split(",").flatMap((part) => {
    const [first, last] = part.split("-").map(Number) as [number, number | undefined];
    return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
  });

/** From 100 to 2,000 declarations, mostly some hundred; at times few, where edits meet. */
const sizeOf = (seed: number): number => {
  const random = new Random(seed ^ 0x51ce);
  const asked = Number(process.env.ORACLE_SIZE ?? 0);
  if (asked > 0) return asked;
  if (random.once(30)) return 20 + random.below(40);
  const least = random.pick([100, 100, 100, 100, 100, 200, 200, 200, 200, 400, 400, 800]);
  return least + random.below(least === 800 ? 1_200 : least);
};

interface Pinned {
  readonly seed: number;
  readonly size: number;
  readonly steps: number;
  readonly found: string;
}

/**
 * Seeds that lead to differences which there once were, with steps enough to come there. A
 * change of the generator makes other programs of them: then look for seeds that do the same.
 */
const pinned: readonly Pinned[] = [
  {
    ...{ seed: 43, size: 20, steps: 15 },
    found: "what was set of the host was not read, and names of an imported file were told as they came",
  },
  { seed: 13, size: 20, steps: 6, found: "a cell set to what it was had the errors of the text" },
  { seed: 52, size: 20, steps: 11, found: "a file that nothing imported any more stayed, with its errors" },
  { seed: 35, size: 20, steps: 1, found: "a sealed file took another text, and then lost its value" },
  { seed: 59, size: 20, steps: 1, found: "errors of a sealed file were told that was not read" },
  { seed: 125, size: 20, steps: 1, found: "which import closes a circle was told by which was found first" },
  { seed: 134, size: 20, steps: 27, found: "a program that lives told another circle than one opened anew" },
  { seed: 424, size: 20, steps: 4, found: "a sealed file that changed as its import went stayed" },
  { seed: 1179, size: 170, steps: 199, found: "heights rose without end, along what was read before" },
];

interface Planned {
  readonly title: string;
  readonly seed: number;
  readonly size: number;
  readonly steps: number;
}

const { ORACLE_SEEDS, ORACLE_STEPS } = process.env;
const isByHand = ORACLE_SEEDS !== undefined || ORACLE_STEPS !== undefined;

const planned = (): readonly Planned[] => {
  if (isByHand) {
    const steps = Number(ORACLE_STEPS ?? 1_000);
    return seedsIn(ORACLE_SEEDS ?? "1-6").map((seed) => {
      const size = sizeOf(seed);
      return { title: `seed ${seed}, ${size} declarations`, seed, size, steps };
    });
  }
  return [
    { title: "a small program", seed: 1, size: 20, steps: 200 },
    { title: "a program with a file that it imports", seed: 4, size: 40, steps: 200 },
    { title: "a program with two files that it imports", seed: 5, size: 60, steps: 200 },
    { title: "a program that may build little more than it does", seed: 26, size: 30, steps: 200 },
    { title: "a program of some hundred declarations", seed: 6, size: 250, steps: 100 },
    { title: "a program of a thousand declarations", seed: 7, size: 1_000, steps: 10 },
    ...pinned.map(({ found, ...one }) => ({ ...one, title: `pinned: ${found}` })),
  ];
};

const counts: Counts = new Map();

for (const { title, seed, size, steps } of planned()) {
  test.serial(`${title}: every step agrees with the oracle, and with a program opened anew`, (t) => {
    const own: Counts = new Map();
    const walk = new Walk(seed, size, own);
    for (let step = 0; step < steps; step++) walk.step();
    for (const [what, more] of own) counts.set(what, (counts.get(what) ?? 0) + more);
    if (isByHand) t.log(Object.fromEntries([...own].sort()));
    const of = (what: string): number => own.get(what) ?? 0;
    t.is(of("steps"), steps);
    if (steps < 50) return;
    t.true(of("accepted") > steps / 4, "texts without errors");
    t.true(of("alive") > steps / 4, "systems with instances");
    t.true(of("declarations") > (steps * size) / 2, "programs do not run dry");
  });
}

const steps = planned().reduce((sum, one) => sum + one.steps, 0);
/** Some edits are rare. */
const testOfKinds = isByHand && steps < 10_000 ? test.serial.skip : test.serial;

testOfKinds("every kind of edit was made, and cells of every kind were set", (t) => {
  const others = ["set an input", "set what is observed", "set who is ready", "hold instances"];
  const ways = [
    "given as a whole",
    "given as a range",
    "previewed",
    "accepted",
    "refused",
    "several at once",
  ];
  const rare = [
    ...["undo", "repair", "change an import", "import a file", "take out an import", "build much"],
    ...["several files at once", "told import-cycle", "told limit-exceeded"],
  ];
  for (const what of [...Object.keys(edits), ...others, ...ways, ...rare])
    t.true((counts.get(what) ?? 0) > 0, what);
});

test("every construct of the language is reached", (t) => {
  const found = new Set<string>();
  for (let seed = 0; seed < 12; seed++)
    for (const text of new Files(new Random(seed), 250, 2, new Random(seed)).given.values())
      noteConstructs(text, found);
  t.deepEqual(
    [...constructs].filter((one) => !found.has(one)),
    [],
  );
});
