/**
 * All benchmarks: prints tables and writes bench/results.json; see bench/README.md. One
 * that cannot run here says so, and counts as nothing. `npm run bench -- edit kernel/cold`
 * runs only those, `npm run bench -- kernel` all that begin so, `--quick` small sizes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { type Row, table } from "./measure.ts";

interface Bench {
  readonly title: string;
  /** Loads what it needs by itself: a peer that is missing concerns no other. */
  readonly run: () => Promise<readonly Row[]>;
}

const quick = process.argv.includes("--quick");

const benches: Readonly<Record<string, readonly Bench[]>> = {
  edit: [
    {
      title: "One declaration of many edited, from new text to operations",
      run: async () =>
        (await import("./edit.ts")).benchEdits(
          quick ? [100, 1_000, 10_000] : undefined,
          quick ? 100 : undefined,
        ),
    },
  ],
  cold: [
    {
      title: "Text to operations, from nothing",
      run: async () =>
        (await import("./cold.ts")).benchOpening(quick ? [1_000] : undefined, quick ? 3 : undefined),
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
      run: async () => (await import("./kernel/cold.ts")).benchCold(quick ? [10, 100] : undefined),
    },
  ],
  "kernel/change": [
    {
      title: "One change in a system of bare instances",
      run: async () => (await import("./kernel/change.ts")).benchChange(quick ? 100 : undefined),
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
        (await import("./kernel/path.ts")).benchPath(quick ? [1, 100] : undefined, quick ? 2 : undefined),
    },
    {
      title: "Through rules of iptables, beside plain routing on the like links",
      run: async () =>
        (await import("./kernel/dnat.ts")).benchDnat(quick ? [10] : undefined, quick ? 1 : undefined),
    },
  ],
  live: [
    {
      title: "A running system: save to kernel, harm to repair, a look at the load of all",
      run: async () => (await import("./live.ts")).benchLive(quick ? 100 : undefined, quick ? 20 : undefined),
    },
  ],
  memory: [
    {
      title: "What a declaration weighs",
      run: async () => (await import("./memory.ts")).benchWeight(quick ? [1_000, 10_000] : undefined),
    },
    {
      title: "The heap under edits of 10,000 declarations",
      run: async () => (await import("./memory.ts")).benchPlateau(10_000, quick ? 1_000 : 100_000),
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
for (const [name, some] of Object.entries(benches)) {
  if (!asked(wanted, name)) continue;
  for (const { title, run } of some) {
    const circumstances = {
      date: new Date().toISOString(),
      node: process.version,
      cpu: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
      load: loadavg()[0]!.toFixed(1),
      quick,
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
  }
}
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
