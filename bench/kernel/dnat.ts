/**
 * The way that virtual addresses are often made: a rule of iptables for each. The one that
 * is asked for stands at the top, in the middle or at the end.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Row } from "../measure.ts";
import {
  addresses,
  bared,
  compile,
  connections,
  gigabits,
  port,
  race,
  serving,
  system,
  told,
  withBoth,
} from "./flow.ts";
import { runs } from "./peers/here.ts";

const hub = `${system}.hub`;
const tools = ["iptables-legacy", "iptables-nft"];
const places = { top: 0, middle: 0.5, append: 1 } as const;

const rule = (vip: string, own: string): string =>
  `-A PREROUTING -d ${vip}/32 -p tcp -m tcp --dport ${port} -j DNAT --to-destination ${own}:${port}`;

/** So many rules, one of which is for the server. */
const rulesOf = (count: number, place: keyof typeof places, vip: string, own: string): readonly string[] => {
  const others = Array.from({ length: count - 1 }, (_, i) => {
    const tail = `${(i >> 8) & 255}.${i & 255}`;
    return rule(`10.200.${tail}`, `10.100.${tail}`);
  });
  const at = Math.round(places[place] * others.length);
  return [...others.slice(0, at), rule(vip, own), ...others.slice(at)];
};

const restore = (tool: string, rules: readonly string[]): void => {
  const input = ["*nat", ":PREROUTING ACCEPT", ...rules, "COMMIT", ""].join("\n");
  execFileSync("ip", ["netns", "exec", hub, `${tool}-restore`], { input });
};

export const benchDnat = async (counts = [10, 100, 1_000], rounds = 5): Promise<Row[]> => {
  const found = tools.filter((tool) => runs(tool, "-V"));
  if (found.length === 0) throw new Error("no iptables here");
  const directory = mkdtempSync(`${tmpdir()}/architect-bench-`);
  try {
    const connects = compile(directory);
    return await withBoth(async (_, state, ownOfPlain) => {
      const { vip, own } = addresses(state);
      bared();
      const rows: Row[] = [];
      for (const tool of found) {
        for (const count of counts) {
          for (const place of Object.keys(places) as (keyof typeof places)[]) {
            restore(tool, rulesOf(count, place, vip, own));
            const flow = await serving(["iperf3", "-s", "-p", String(port)], () =>
              race(rounds, gigabits, ownOfPlain, vip),
            );
            const opened = await serving([connects, "serve", String(port)], () =>
              race(2 * rounds, connections(connects), ownOfPlain, vip),
            );
            rows.push({ tool, rules: count, place, ...told(flow, opened) });
          }
        }
        restore(tool, []);
      }
      return rows;
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
};
