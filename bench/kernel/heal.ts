/** Something of a system is taken away behind its back: until it is told, and until it is repaired. */
import { execFileSync } from "node:child_process";
import type { WorldEvent } from "../../src/core/base.ts";
import { operation } from "../../src/core/operation.ts";
import { instanceKey } from "../../src/core/resource.ts";
import { quantile, type Row } from "../measure.ts";
import { apply, between, insistOn, nothing, ringOf, type State, withBase } from "./system.ts";

const system = `bench${process.pid}`;

const ip = (...words: readonly string[]): void => {
  execFileSync("ip", words);
};
const nft = (...words: readonly string[]): void =>
  ip("netns", "exec", `${system}.hub`, "/usr/sbin/nft", ...words);

const harms: readonly (readonly [
  what: string,
  does: (netns: string, state: State, index: number) => void,
])[] = [
  ["link deleted", (netns) => ip("-n", netns, "link", "del", "eth0")],
  ["link set down", (netns) => ip("-n", netns, "link", "set", "eth0", "down")],
  ["address", (netns) => ip("-n", netns, "-4", "addr", "flush", "dev", "eth0")],
  ["route", (netns) => ip("-n", netns, "-6", "route", "del", "fc00::/7")],
  ["namespace", (netns) => ip("netns", "del", netns)],
  [
    "element",
    (_, state, index) => {
      const service = state.get(`service/a${index}.p` as never);
      if (service?.kind !== "service") throw new Error("no service");
      nft("delete", "element", "inet", "architect", "vip6_1", `{ ${service.vip.v6} . tcp . 1000 }`);
    },
  ],
  ["table", () => nft("delete", "table", "inet", "architect")],
];

/** Runs a harm and repairs what is told, as an orchestrator does. */
const heal = async (
  base: Parameters<Parameters<typeof withBase>[1]>[0],
  state: State,
  harm: () => void,
): Promise<{ told: number; repaired: number }> => {
  let start = 0;
  const healed = new Promise<{ told: number; repaired: number }>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("nothing was told")), 10_000);
    const onEvent = async (event: WorldEvent): Promise<void> => {
      if (event._tag !== "drift") return;
      const told = performance.now() - start;
      const change = operation(event.now, state.get(event.key) ?? null);
      if (change !== null) await apply(base, [change]);
      clearTimeout(timer);
      resolve({ told, repaired: performance.now() - start });
    };
    listener.current = (event) => void onEvent(event).catch(reject);
  });
  harm();
  // The harm itself is done by now; what comes after is ours.
  start = performance.now();
  return healed;
};

const listener: { current: (event: WorldEvent) => void } = { current: () => {} };

export const benchHeal = (sizes = [10, 1_000], rounds = 50): Promise<Row[]> =>
  sizes.reduce<Promise<Row[]>>(
    async (before, size) => [...(await before), ...(await healing(size, rounds))],
    Promise.resolve([]),
  );

const healing = (size: number, rounds: number): Promise<Row[]> =>
  withBase(system, async (base) => {
    const state = ringOf(system, size);
    await apply(base, between(nothing, state));
    const subscription = await base.listen((event) => listener.current(event));
    const rows: Row[] = [];
    for (const [what, does] of harms) {
      const [told, repaired]: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        const index = (round * 7) % size;
        const instance = state.get(instanceKey(`a${index}`, 0));
        if (instance?.kind !== "instance") throw new Error("no instance");
        const took = await heal(base, state, () => does(instance.netns, state, index));
        told.push(took.told);
        repaired.push(took.repaired);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await insistOn(base, state);
      rows.push({
        taken: what,
        instances: size,
        rounds,
        "told p50 ms": quantile(told, 0.5).toFixed(1),
        "repaired p50 ms": quantile(repaired, 0.5).toFixed(1),
        "repaired p99 ms": quantile(repaired, 0.99).toFixed(1),
      });
    }
    await subscription.close();
    return rows;
  });
