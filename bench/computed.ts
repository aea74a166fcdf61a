/** One of many computed elements comes, goes or changes: a preview, and an update. */
import { openProgram } from "../src/library.ts";
import { Program } from "../src/program/program.ts";
import { processorTime, quantile, type Row, table, time } from "./measure.ts";

const textOf = (list: string): string => `
protocol Kv = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton hub { provides kv: Kv on tcp 6379 }
let shard(i, n = 1) = automaton "shard_\${i}" {
  provides api: Kv on tcp 9000
  requires kv: Kv
  runs exec ["node", "shard.js", "\${i}"]
  env { INDEX = toString(i) }
  instances n
}
let all = ${list}
system s = [ all => hub ]
`;

/** Processor time of each row's edit, by turns with its way back. */
export const benchComputed = (size = 10_000, rounds = 15): Row[] => {
  const middle = size / 2;
  const base = textOf(`[ shard(i) for i in range(1, ${size}) ]`);
  const edits = {
    "one more": `[ shard(i) for i in range(1, ${size + 1}) ]`,
    "one less": `[ shard(i) for i in range(1, ${size - 1}) ]`,
    "one less, by a filter": `[ shard(i) for i in range(1, ${size}) if i != ${middle} ]`,
    "one changed, by an argument": `[ shard(i, if i == ${middle} then 3 else 1) for i in range(1, ${size}) ]`,
  };
  const program = openProgram({ file: "computed.arch", text: base });
  const previewed = new Program({ file: "computed.arch", text: base });
  previewed.start();
  const timed = (work: () => unknown): number => {
    const start = processorTime();
    work();
    return processorTime() - start;
  };
  return Object.entries(edits).map(([what, list]) => {
    const text = textOf(list);
    const times = { update: [] as number[], back: [] as number[], preview: [] as number[] };
    for (let i = 0; i < rounds; i++) {
      times.update.push(timed(() => program.update(text)));
      times.back.push(timed(() => program.update(base)));
      times.preview.push(timed(() => previewed.preview(text)));
    }
    const p50 = (all: readonly number[]): string => time(quantile(all.slice(rounds / 5), 0.5));
    return {
      elements: size,
      change: what,
      "update p50": p50(times.update),
      "and back": p50(times.back),
      "preview p50": p50(times.preview),
    };
  });
};

if (process.argv[1] === import.meta.filename) table("One of many computed elements", benchComputed());
