/** Whole processes: how long the command takes for next to nothing, beside Node for nothing at all. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quantile, type Row, table, time } from "./measure.ts";

const root = join(import.meta.dirname, "../..");
const architect = join(root, "dist/src/cli/main.js");

const small = `protocol Rpc = !Bytes . end
automaton store { provides api: Rpc on tcp 7000 }
automaton page { requires store: Rpc }
system shop = [page => store]
`;

const run = (args: readonly string[]): number => {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const ns = Number(process.hrtime.bigint() - start);
  if (status !== 0) throw new Error(stderr);
  return ns;
};

export const benchStart = (rounds = 21): Row[] => {
  if (!existsSync(join(root, "dist/bundle/cli.cjs"))) throw new Error("there is no bundle: npm run build");
  const directory = mkdtempSync(join(tmpdir(), "architect-bench-"));
  const file = join(directory, "shop.arch");
  writeFileSync(file, small);
  const commands: readonly (readonly [string, readonly string[], number | null])[] = [
    ["node -e 0", ["-e", "0"], null],
    ["architect --version", [architect, "--version"], 70],
    ["architect check, four declarations", [architect, "check", file], 150],
  ];
  try {
    const times = commands.map((): number[] => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [which, [, args]] of commands.entries()) {
        const ns = run(args);
        if (round > 0) times[which]!.push(ns);
      }
    }
    const node = quantile(times[0]!, 0.5);
    return commands.map(([name, , reach], which) => ({
      process: name,
      median: time(quantile(times[which]!, 0.5)),
      least: time(Math.min(...times[which]!)),
      "× of Node alone": (quantile(times[which]!, 0.5) / node).toFixed(2),
      wanted: reach === null ? "" : `${reach} ms`,
    }));
  } finally {
    rmSync(directory, { recursive: true });
  }
};

if (process.argv[1] === import.meta.filename) table("Whole processes", benchStart());
