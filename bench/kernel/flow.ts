/** What goes between a client and a server on the kernel: throughput and new connections. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import type { NetnsBase } from "../../runtime/netns/base.ts";
import { instanceKey, serviceKey } from "../../src/core/resource.ts";
import { quantile, type Row } from "../measure.ts";
import { besides } from "./peers/here.ts";
import type { State } from "./system.ts";

export const system = `bench${process.pid}`;
const [client, server] = [`${system}.a0.0`, `${system}.a1.0`];
export const port = 1000;

export const inside = (netns: string, ...words: readonly string[]): string =>
  execFileSync("ip", ["netns", "exec", netns, ...words], { encoding: "utf8" });

/** What the client sends to a server of iperf3 there, for two seconds. */
export const gigabits = (address: string): number => {
  const said = inside(client, "iperf3", "-J", "-t", "2", "-p", String(port), "-c", address);
  const { end } = JSON.parse(said) as { end: { sum_received: { bits_per_second: number } } };
  return end.sum_received.bits_per_second / 1e9;
};

/** The same namespaces and links without the table: the hub routes, and the client knows the server's own address. */
export const withoutTable = <T>(base: NetnsBase, work: () => T): T => {
  inside(`${system}.hub`, "/usr/sbin/nft", "delete", "table", "inet", "architect");
  const result = work();
  const refused = base.hub()!.firewall.repair();
  if (refused !== null) throw new Error(refused.message);
  return result;
};

/** The server's virtual address, and its own. */
export const addresses = (state: State): { readonly vip: string; readonly own: string } => {
  const [service, instance] = [state.get(serviceKey("a1.p")), state.get(instanceKey("a1", 0))];
  if (service?.kind !== "service" || instance?.kind !== "instance") throw new Error("no server");
  return { vip: service.vip.v4!, own: instance.address.v4! };
};

/** Works while a command runs on the server. */
export const serving = async <T>(words: readonly string[], work: () => T): Promise<T> => {
  const child: ChildProcess = spawn("ip", ["netns", "exec", server, ...words], { stdio: "ignore" });
  await new Promise((resolve) => setTimeout(resolve, 300));
  try {
    return work();
  } finally {
    child.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

export interface Rates {
  readonly plain: number[];
  readonly vip: number[];
}

/** Each round both ways, one after the other. */
export const race = (rounds: number, plain: () => number, vip: () => number): Rates => {
  const rates: Rates = { plain: [], vip: [] };
  for (let round = 0; round < rounds; round += 1) {
    rates.plain.push(plain());
    rates.vip.push(vip());
  }
  return rates;
};

/** Opens connections for a second, one after the other, with a program that `compile` made. */
export const connections =
  (connects: string) =>
  (address: string): number =>
    Number(inside(client, connects, "ask", address, String(port), "1000"));

export const compile = (directory: string): string => {
  execFileSync("cc", ["-O2", "-o", `${directory}/connects`, besides("connects.c")]);
  return `${directory}/connects`;
};

/** Of each round, and the median of them. */
const ratio = ({ plain, vip }: Rates): string =>
  quantile(
    vip.map((rate, round) => rate / plain[round]!),
    0.5,
  ).toFixed(2);

/** The figures of a row. */
export const told = (flow: Rates, opened: Rates): Row => ({
  "plain Gbit/s": quantile(flow.plain, 0.5).toFixed(1),
  "VIP Gbit/s": quantile(flow.vip, 0.5).toFixed(1),
  "of plain": ratio(flow),
  "plain connections/s": quantile(opened.plain, 0.5).toFixed(0),
  "VIP connections/s": quantile(opened.vip, 0.5).toFixed(0),
  "of plain ": ratio(opened),
});
