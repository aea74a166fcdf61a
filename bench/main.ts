/**
 * All benchmarks: prints tables and writes bench/results.json. One that cannot run here
 * says so, and counts as nothing. `npm run bench -- edit kernel/cold` runs only those,
 * and `npm run bench -- kernel` all that begin so.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { benchEdits } from "./edit.ts";
import { benchShapes, benchWide } from "./engine.ts";
import { benchChange } from "./kernel/change.ts";
import { benchCold } from "./kernel/cold.ts";
import { benchDnat } from "./kernel/dnat.ts";
import { benchHeal } from "./kernel/heal.ts";
import { benchPath } from "./kernel/path.ts";
import { benchLive } from "./live.ts";
import { type Row, table } from "./measure.ts";
import { benchPlateau, benchWeight } from "./memory.ts";

interface Bench {
  readonly title: string;
  readonly run: () => readonly Row[] | Promise<readonly Row[]>;
}

const quick = process.argv.includes("--quick");

const benches: Readonly<Record<string, readonly Bench[]>> = {
  edit: [
    {
      title: "One declaration of many edited, from new text to operations",
      run: () => benchEdits(quick ? [100, 1_000, 10_000] : undefined),
    },
  ],
  engine: [
    { title: "Small graphs, a change and all that follows", run: benchShapes },
    { title: "10,000 children in order, one change and the digest of all", run: benchWide },
  ],
  "kernel/cold": [
    {
      title: "Bare instances from nothing, beside C on libmnl and others who make namespaces",
      run: () => benchCold(quick ? [10, 100] : undefined),
    },
  ],
  "kernel/change": [
    {
      title: "One change in a system of bare instances",
      run: () => benchChange(quick ? 100 : undefined),
    },
  ],
  "kernel/heal": [
    {
      title: "Something taken away behind our back",
      run: () => benchHeal(quick ? [10] : undefined),
    },
  ],
  "kernel/path": [
    {
      title: "Through a virtual address, beside plain routing on the like links",
      run: () => benchPath(quick ? [1, 100] : undefined, quick ? 2 : undefined),
    },
    {
      title: "Through rules of iptables, beside plain routing on the like links",
      run: () => benchDnat(quick ? [10] : undefined, quick ? 1 : undefined),
    },
  ],
  live: [
    {
      title: "A running system: save to kernel, harm to repair, a look at the load of all",
      run: () => benchLive(quick ? 100 : undefined, quick ? 20 : undefined),
    },
  ],
  memory: [
    { title: "What a declaration weighs", run: () => benchWeight(quick ? [1_000, 10_000] : undefined) },
    {
      title: "The heap under edits of 10,000 declarations",
      run: () => benchPlateau(10_000, quick ? 5_000 : 100_000),
    },
  ],
};

/** Whether a name is asked for, by itself or by what is before its slash. */
const asked = (wanted: readonly string[], name: string): boolean =>
  wanted.length === 0 || wanted.some((one) => name === one || name.startsWith(`${one}/`));

const wanted = process.argv.slice(2).filter((one) => !one.startsWith("-"));
const results: Record<string, unknown> = {
  node: process.version,
  cpu: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`,
  date: new Date().toISOString(),
  load: loadavg()
    .map((load) => load.toFixed(1))
    .join(" "),
};
for (const [name, some] of Object.entries(benches)) {
  if (!asked(wanted, name)) continue;
  for (const { title, run } of some) {
    try {
      const rows = await run();
      table(title, rows);
      results[title] = rows;
    } catch (error) {
      console.log(`\n${title}\n  not run: ${error instanceof Error ? error.message : error}`);
    }
  }
}
writeFileSync(new URL("../../bench/results.json", import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
