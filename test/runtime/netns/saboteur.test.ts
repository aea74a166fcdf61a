/** Harms at random, many of them: what listens and repairs ends where it began. */
import { spawnSync } from "node:child_process";
import type { Instance } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { nftPath } from "../nft.ts";
import { open, kernelTest as test } from "./lab.ts";
import { repairing } from "./repairing.ts";

const rounds = Number(process.env.SABOTEUR_ROUNDS ?? 60);

/** Numbers from a seed, told with a failure. */
const random = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** What is harmed may be gone by then: nobody is told whether it worked. */
const run = (...words: readonly string[]): void => {
  spawnSync("ip", words);
};

const maps = ["origin", "policy4", "policy6", "vip4_1", "vip6_64", "registry"];
const chains = ["admit", "open", "balance", "refuse"];

const harm = (system: string, instances: readonly Instance[], pick: (below: number) => number): string => {
  const { netns, link, address } = instances[pick(instances.length)]!;
  const hub = `${system}.hub`;
  const nft = ["netns", "exec", hub, nftPath];
  const harms: readonly (readonly string[])[] = [
    ["-n", netns, "link", "del", "eth0"],
    ["-n", netns, "link", "set", "eth0", "down"],
    ["-n", netns, "link", "set", "eth0", "name", "eth7"],
    ["-n", hub, "link", "del", link],
    ["-n", hub, "link", "set", link, "down"],
    ["-n", netns, "addr", "flush", "dev", "eth0"],
    ["-n", netns, "addr", "add", "10.99.99.99/32", "dev", "eth0"],
    ["-n", netns, "route", "flush", "proto", "174"],
    ["-n", hub, "route", "del", `${address.v4}/32`],
    ["-n", hub, "-6", "route", "del", `${address.v6}/128`],
    ["-n", hub, "addr", "del", "10.0.0.0/32", "dev", "lo"],
    ["netns", "del", netns],
    [...nft, "flush", "map", "inet", "architect", maps[pick(maps.length)]!],
    [...nft, "flush", "chain", "inet", "architect", chains[pick(chains.length)]!],
    [...nft, "add", "element", "inet", "architect", "policy4", "{ 0x7 . 10.200.0.1 . tcp . 80 : 0x7 }"],
    [...nft, "delete", "table", "inet", "architect"],
  ];
  const chosen = harms[pick(harms.length)]!;
  run(...chosen);
  return chosen.join(" ");
};

const quiet = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("whatever a saboteur does is undone from events alone", async (t) => {
  const seed = Number(process.env.SABOTEUR_SEED ?? Date.now() % 1_000_000);
  const pick = random(seed);
  const system = freshName();
  const base = open(t, system);
  const desired = byKey(
    resourcesOf({
      system,
      automata: [
        {
          name: "web",
          count: 2,
          requires: [
            { name: "a", to: "a.p" },
            { name: "b", to: "b.p" },
          ],
        },
        { name: "a", count: 3, offers: [{ port: "p", transport: "tcp", number: 9000 }] },
        { name: "b", count: 1, offers: [{ port: "p", transport: "udp", number: 53 }] },
      ],
    }),
  );
  t.deepEqual(await base.apply(between(nothing, desired)), []);
  const done = await repairing(t, base, desired);
  const instances = [...desired.values()].filter((one): one is Instance => one.kind === "instance");
  const log: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    log.push(harm(system, instances, pick));
    await quiet(pick(30));
  }
  let left: readonly unknown[] = ["not looked at"];
  for (let wait = 0; wait < 40 && left.length > 0; wait += 1) {
    await quiet(100);
    await done();
    left = between((await base.observe()).resources, desired);
  }
  t.deepEqual(left, [], `seed ${seed}:\n${log.join("\n")}`);
});
