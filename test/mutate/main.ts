/**
 * Changes the program in small ways, one at a time, and sees whether the tests notice:
 * `npm run mutate [ROOM…] [-- --count N --seed N --limit SECONDS --file PATH --list]`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Baseline, baselineOf } from "./baseline.ts";
import { equivalents } from "./equivalent.ts";
import { type Room, rooms } from "./rooms.ts";
import { type Chosen, choose, mutantsOf } from "./selection.ts";
import { sourceOf, Tree } from "./tree.ts";
import { type Trial, tryOut } from "./trial.ts";

/** Of each room at least so many in a hundred must be noticed. */
const enough = 85;

const usage = `usage: npm run mutate -- [ROOM…] [--count N] [--seed N] [--limit SECONDS] [--file PATH] [--list]

Changes the compiled program in small ways, one at a time, and runs the tests that reach the place.
Ends with 1 if in some room fewer than ${enough} in a hundred were noticed.

  ROOM             ${rooms.map(({ name }) => name).join(", ")}; without one, all
  --count N        mutants a room (25)
  --seed N         which ones (1)
  --limit SECONDS  how much longer than usual tests may take before a mutant counts as noticed (60)
  --file PATH      only of sources whose path has this in it
  --longest SEC    leave out test files that take longer than this by themselves (120)
  --list           show them, and run nothing
`;

const refuse = (message: string): never => {
  process.stderr.write(`${message}\n\n${usage}`);
  process.exit(64);
};

const options = {
  count: { type: "string", default: "25" },
  seed: { type: "string", default: "1" },
  limit: { type: "string", default: "60" },
  file: { type: "string", default: "" },
  longest: { type: "string", default: "120" },
  list: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const given = (() => {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return refuse((error as Error).message);
  }
})();

const whole = (name: "count" | "seed" | "limit" | "longest"): number => {
  const value = Number(given.values[name]);
  return Number.isInteger(value) && value > 0 ? value : refuse(`--${name} takes a whole number above 0`);
};

if (given.values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const [count, seed, limit, longest] = [whole("count"), whole("seed"), whole("limit"), whole("longest")];
const asked: readonly Room[] =
  given.positionals.length === 0
    ? rooms
    : given.positionals.map(
        (name) => rooms.find((one) => one.name === name) ?? refuse(`there is no room ${name}`),
      );

const project = resolve(import.meta.dirname, "../../..");
const folder = join(project, "dist/mutate");
const tree = new Tree(project, join(folder, "tree"));
const kept = join(folder, "baseline");
mkdirSync(kept, { recursive: true });

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const shown = ({ verdict, file, line, was, now, by, seconds }: Trial): string =>
  [
    `${verdict.padEnd(10)} ${file}:${line} (${seconds.toFixed(1)}s)`,
    ...(verdict === "killed" ? [] : [`    was: ${was}`, `    now: ${now}`]),
    ...(by === "" ? [] : [`    ${by}`]),
  ].join("\n");

const baselinesOf = async ({ tests }: Room): Promise<readonly Baseline[]> => {
  const files = tree
    .modules("dist/test")
    .filter((file) => file.endsWith(".test.js") && tests.some((test) => sourceOf(file).startsWith(test)));
  const found: Baseline[] = [];
  for (const test of files) {
    const one = await baselineOf(tree, test, kept, longest);
    if (!one.passed) say(`${sourceOf(test)} fails without a mutant, and is left out:\n${one.trouble}`);
    found.push(one);
  }
  return found;
};

const choiceOf = (room: Room): readonly Chosen[] => {
  const all = mutantsOf(tree, room).filter(({ module }) => sourceOf(module).includes(given.values.file));
  return choose(all, room.name, seed, count);
};

const trials = new Map<Room, readonly Trial[]>();
for (const room of asked) {
  const chosen = choiceOf(room);
  say(`\n${room.name}: ${chosen.length} mutants`);
  if (given.values.list) {
    for (const { module, start, operator } of chosen)
      say(`${sourceOf(module)}:${tree.sourceLine(module, start)} ${operator}`);
    continue;
  }
  const baselines = await baselinesOf(room);
  const made: Trial[] = [];
  for (const one of chosen) {
    const trial = await tryOut(tree, one, baselines, equivalents(), limit);
    say(shown(trial));
    made.push(trial);
  }
  trials.set(room, made);
}

const table = [...trials].map(([{ name }, all]) => {
  const of = (verdict: Trial["verdict"]): number => all.filter((one) => one.verdict === verdict).length;
  const [killed, late, same] = [of("killed"), of("timed out"), of("equivalent")];
  const survived = of("survived") + of("unreached");
  const real = all.length - same;
  const noticed = real === 0 ? 100 : (100 * (killed + late)) / real;
  return {
    room: name,
    killed,
    "timed out": late,
    survived,
    equivalent: same,
    "%": Math.round(noticed * 10) / 10,
  };
});
if (table.length > 0) {
  say("");
  console.table(table);
  writeFileSync(
    join(folder, "report.json"),
    `${JSON.stringify(Object.fromEntries([...trials].map(([{ name }, all]) => [name, all])), null, 1)}\n`,
  );
}
process.exit(table.some((row) => row["%"] < enough) ? 1 : 0);
