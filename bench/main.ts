/**
 * All benchmarks: prints tables and writes bench/results.json; see bench/README.md. One
 * that cannot run here says so, and counts as nothing. `npm run bench -- edit kernel/cold`
 * runs only those, `npm run bench -- kernel` all that begin so; `--quick` takes small
 * sizes, `--full` the largest. As root it runs in namespaces of its own: whatever it makes
 * is gone when it ends, however it ends.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { type Row, table } from "./measure.ts";
import { runApart } from "./sandbox.ts";

await runApart();

interface Bench {
  readonly title: string;
  /** Loads what it needs by itself: a peer that is missing concerns no other. */
  readonly run: () => Promise<readonly Row[]>;
}

const quick = process.argv.includes("--quick");
const full = process.argv.includes("--full");

/** A size for `--quick`, the usual one, and one for `--full`; undefined: what the benchmark takes by itself. */
const size = <T>(small: T, usual: T, large: T): T => (quick ? small : full ? large : usual);

const benches: Readonly<Record<string, readonly Bench[]>> = {
  edit: [
    {
      title: "One declaration of many edited, from new text to operations",
      run: async () =>
        (await import("./edit.ts")).benchEdits(
          size([100, 1_000, 10_000], [100, 1_000, 10_000], undefined),
          size(100, 200, undefined),
        ),
    },
  ],
  computed: [
    {
      title: "One of many computed elements comes, goes or changes",
      run: async () =>
        (await import("./computed.ts")).benchComputed(quick ? 1_000 : undefined, quick ? 5 : undefined),
    },
  ],
  cold: [
    {
      title: "Text to operations, from nothing",
      run: async () =>
        (await import("./cold.ts")).benchOpening(size([1_000], undefined, undefined), size(3, 3, undefined)),
    },
    {
      title: "Text to terms",
      run: async () => (await import("./cold.ts")).benchParsing(quick ? 1_000 : undefined),
    },
  ],
  start: [
    {
      title: "Whole processes",
      run: async () => (await import("./start.ts")).benchStart(quick ? 5 : undefined),
    },
  ],
  "engine/small": [
    {
      title: "Small static graphs, a change and all that follows",
      run: async () => (await import("./engine/shapes.ts")).benchShapes(),
    },
  ],
  "engine/wide": [
    {
      title: "10,000 children in order, one change and the digest of all",
      run: async () => (await import("./engine/collections.ts")).benchWide(quick ? 4 : undefined),
    },
  ],
  "kernel/cold": [
    {
      title: "Bare instances from nothing, beside C on libmnl and others who make namespaces",
      run: async () => (await import("./kernel/cold.ts")).benchCold(size([10, 100], [10, 100], undefined)),
    },
  ],
  "kernel/change": [
    {
      title: "One change in a system of bare instances",
      run: async () => (await import("./kernel/change.ts")).benchChange(size(100, 300, undefined)),
    },
  ],
  "kernel/heal": [
    {
      title: "Something taken away behind our back",
      run: async () => (await import("./kernel/heal.ts")).benchHeal(quick ? [10] : undefined),
    },
  ],
  "kernel/path": [
    {
      title: "Through a virtual address, beside plain routing on the like links",
      run: async () =>
        (await import("./kernel/path.ts")).benchPath(
          size([1, 100], [1, 100], undefined),
          size(2, 3, undefined),
        ),
    },
    {
      title: "Through rules of iptables, beside plain routing on the like links",
      run: async () =>
        (await import("./kernel/dnat.ts")).benchDnat(size([10], [10, 100], undefined), size(1, 1, undefined)),
    },
  ],
  live: [
    {
      title: "A running system: save to kernel, harm to repair, a look at the load of all",
      run: async () =>
        (await import("./live.ts")).benchLive(size(100, 300, undefined), size(20, 20, undefined)),
    },
  ],
  memory: [
    {
      title: "What a declaration weighs",
      run: async () =>
        (await import("./memory.ts")).benchWeight(size([1_000, 10_000], [1_000, 10_000], undefined)),
    },
    {
      title: "The heap under edits of 10,000 declarations",
      run: async () => (await import("./memory.ts")).benchPlateau(10_000, size(1_000, 10_000, 100_000)),
    },
  ],
};

/** Whether a name is asked for, by itself or by what is before its slash. */
const asked = (wanted: readonly string[], name: string): boolean =>
  wanted.length === 0 || wanted.some((one) => name === one || name.startsWith(`${one}/`));

const file = new URL("../../bench/results.json", import.meta.url);

/** What was measured before and is not measured now stays. */
const earlier = (): Record<string, unknown> => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const wanted = process.argv.slice(2).filter((one) => !one.startsWith("-"));
const names = Object.keys(benches);
const unknown = wanted.filter((one) => !names.some((name) => asked([one], name)));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(", ")}; there are ${names.join(", ")}`);
  process.exit(2);
}
const results = earlier();
const chosen = Object.entries(benches).flatMap(([name, some]) =>
  asked(wanted, name) ? some.map((bench) => ({ name, ...bench })) : [],
);
const began = performance.now();
for (const [index, { name, title, run }] of chosen.entries()) {
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  console.error(`\n[${index + 1} of ${chosen.length}, after ${minutes} min] ${name}: ${title} …`);
  const circumstances = {
    date: new Date().toISOString(),
    node: process.version,
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
    load: loadavg()[0]!.toFixed(1),
    quick,
    full,
  };
  try {
    const rows = await run();
    table(title, rows);
    results[title] = { ...circumstances, rows };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.log(`\n${title}\n  not run: ${why}`);
    results[title] = { ...circumstances, "not run": why };
  }
  // What was measured stays, however the rest ends.
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}
