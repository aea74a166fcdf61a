/** What goes between a client and a server on the kernel: throughput and new connections. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import type { NetnsBase } from "../../runtime/netns/base.ts";
import { instanceKey, serviceKey } from "../../src/core/resource.ts";
import { quantile, type Row } from "../measure.ts";
import { besides } from "./peers/here.ts";
import { apply, between, nothing, ringOf, type State, withBase } from "./system.ts";

/** The system under measurement, and one that has the same links and routes and no table at all. */
export const system = `bench${process.pid}`;
export const plain = `plain${process.pid}`;
export const port = 1000;

const clientOf = (of: string): string => `${of}.a0.0`;
const serverOf = (of: string): string => `${of}.a1.0`;

export const inside = (netns: string, ...words: readonly string[]): string =>
  execFileSync("ip", ["netns", "exec", netns, ...words], { encoding: "utf8" });

/** By the clock, and by the time of the processor, which others on the machine disturb less. */
export interface Rate {
  readonly rate: number;
  readonly efficiency: number;
}

/** What goes from a client to a server by an address. */
export type Measure = (of: string, address: string) => Rate;

/** What the client sends to a server of iperf3 there, for a second. */
export const gigabits: Measure = (of, address) => {
  const said = inside(clientOf(of), "iperf3", "-J", "-t", "1", "-p", String(port), "-c", address);
  const { end } = JSON.parse(said) as {
    end: {
      sum_received: { bits_per_second: number };
      cpu_utilization_percent: { host_total: number; remote_total: number };
    };
  };
  const { host_total: sender, remote_total: receiver } = end.cpu_utilization_percent;
  const rate = end.sum_received.bits_per_second / 1e9;
  return { rate, efficiency: (100 * rate) / (sender + receiver) };
};

const withoutTable = (of: string): void => {
  inside(`${of}.hub`, "/usr/sbin/nft", "delete", "table", "inet", "architect");
};

/** Works with both systems: the client of the plain one knows the server's own address. */
export const withBoth = <T>(
  work: (base: NetnsBase, state: State, ownAddress: string) => Promise<T>,
): Promise<T> =>
  withBase(plain, async (other) => {
    const bare = ringOf(plain, 2);
    await apply(other, between(nothing, bare));
    withoutTable(plain);
    return withBase(system, async (base) => {
      const state = ringOf(system, 2);
      await apply(base, between(nothing, state));
      return work(base, state, addresses(bare).own);
    });
  });

/** Without the table of the system under measurement. */
export const bared = (): void => withoutTable(system);

/** The server's virtual address, and its own. */
export const addresses = (state: State): { readonly vip: string; readonly own: string } => {
  const [service, instance] = [state.get(serviceKey("a1.p")), state.get(instanceKey("a1", 0))];
  if (service?.kind !== "service" || instance?.kind !== "instance") throw new Error("no server");
  return { vip: service.vip.v4!, own: instance.address.v4! };
};

/** Works while a command runs on the server of each system. */
export const serving = async <T>(words: readonly string[], work: () => T): Promise<T> => {
  const children = [system, plain].map(
    (of): ChildProcess => spawn("ip", ["netns", "exec", serverOf(of), ...words], { stdio: "ignore" }),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  try {
    return work();
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

export interface Rates {
  readonly plain: Rate[];
  readonly vip: Rate[];
}

/** Each round both ways one right after the other, by turns the one or the other first. */
export const race = (rounds: number, measure: Measure, own: string, vip: string): Rates => {
  const rates: Rates = { plain: [], vip: [] };
  for (let round = 0; round < rounds; round += 1) {
    const ways = [
      (): unknown => rates.plain.push(measure(plain, own)),
      (): unknown => rates.vip.push(measure(system, vip)),
    ];
    for (const way of round % 2 === 0 ? ways : ways.reverse()) way();
  }
  return rates;
};

/** Opens connections for a moment, one after the other, with a program that `compile` made. */
export const connections =
  (connects: string): Measure =>
  (of, address) => {
    const said = inside(clientOf(of), connects, "ask", address, String(port), "250");
    const [rate = Number.NaN, efficiency = Number.NaN] = said.split(" ").map(Number);
    return { rate, efficiency };
  };

export const compile = (directory: string): string => {
  execFileSync("cc", ["-O2", "-o", `${directory}/connects`, besides("connects.c")]);
  return `${directory}/connects`;
};

const median = (rates: readonly Rate[]): number =>
  quantile(
    rates.map(({ rate }) => rate),
    0.5,
  );

/** Of each round, and the median of them. */
const ratio = ({ plain, vip }: Rates, of: keyof Rate): string =>
  quantile(
    vip.map((one, round) => one[of] / plain[round]![of]),
    0.5,
  ).toFixed(2);

/** The figures of a row. */
export const told = (flow: Rates, opened: Rates): Row => ({
  "plain Gbit/s": median(flow.plain).toFixed(1),
  "VIP Gbit/s": median(flow.vip).toFixed(1),
  "of plain": ratio(flow, "rate"),
  "by processor": ratio(flow, "efficiency"),
  "plain connections/s": median(opened.plain).toFixed(0),
  "VIP connections/s": median(opened.vip).toFixed(0),
  "of plain ": ratio(opened, "rate"),
  "by processor ": ratio(opened, "efficiency"),
});
