/**
 * Somebody takes away and alters what is ours, at random and again and again, while edits
 * arrive. In the end everything is as a fresh apply makes it. `SABOTEUR_RUNS` is how many
 * things are done; `SABOTEUR_SEED` which ones.
 */
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { mix } from "../../../src/core/hash.ts";
import { freePort } from "../../fresh.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { nftPath } from "../../runtime/nft.ts";
import { difference, inventory, processesOf } from "./inventory.ts";
import { differences, enter, home, type Stage, save } from "./stage.ts";

const runs = Number(process.env.SABOTEUR_RUNS ?? 60);
const seed = Number(process.env.SABOTEUR_SEED ?? 1);

let state = seed;
const random = (below: number): number => {
  state = mix(state, 0x5ab0) >>> 0;
  return state % below;
};
const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;

/** What it tries may be gone already: then it was nothing. */
const attempt = (command: string, ...words: readonly string[]): string => {
  try {
    return execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
};
const ip = (...words: readonly string[]): string => attempt("ip", ...words);
const nft = (netns: string | null, ...words: readonly string[]): string =>
  netns === null ? attempt(nftPath, ...words) : ip("netns", "exec", netns, nftPath, ...words);

interface Text {
  readonly counts: readonly number[];
  readonly mark: number;
  readonly more: boolean;
}

const textOf = (system: string, port: number, { counts, mark, more }: Text): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton a { provides p: P on tcp 9000 instances ${counts[0]} }
automaton b { requires p: P provides q: P on udp 9001 instances ${counts[1]} }
automaton c { requires p: P requires q: P runs exec ["sleep", "${1000 + mark}"] instances ${counts[2]} }
${more ? 'automaton d { requires q: P runs exec ["sleep", "3000"] }' : ""}
system ${system} = [[b.p, c.p] => a.p, c.q => b.q, publish(a.p, ${port})${more ? ", d.q => b.q" : ""}]
`;

interface Element {
  readonly set?: { readonly name: string; readonly elem?: readonly unknown[] };
  readonly map?: Element["set"];
  readonly table?: { readonly name: string; readonly family: string };
  readonly chain?: { readonly name: string; readonly table: string };
}

const rulesetOf = (netns: string | null): readonly Element[] => {
  const text = nft(netns, "-j", "list", "ruleset");
  return text === "" ? [] : ((JSON.parse(text) as { readonly nftables: readonly Element[] }).nftables ?? []);
};

/** Takes one element out of a set of the hub. */
const takeElement = (hub: string): string => {
  const sets = rulesetOf(hub)
    .map(({ set, map }) => set ?? map)
    .filter((one) => one?.elem !== undefined && one.elem.length > 0);
  const table = rulesetOf(hub).find((one) => one.table !== undefined)?.table;
  if (sets.length === 0 || table === undefined) return "nothing";
  const set = pick(sets)!;
  nft(hub, "flush", "set", table.family, table.name, set.name);
  return `flush ${set.name}`;
};

const links = (netns: string): readonly string[] =>
  ip("-o", "-n", netns, "link")
    .split("\n")
    .map((line) => /^\d+: ([^@:]+)/.exec(line)?.[1] ?? "")
    .filter((name) => name.startsWith("v") || name === "host");

const deeds = (system: string): readonly (() => string)[] => {
  const hub = `${system}.hub`;
  const instances = ip("netns", "list")
    .split("\n")
    .map((line) => line.split(" ")[0]!)
    .filter((name) => name.startsWith(`${system}.`) && name !== hub);
  const one = instances.length === 0 ? hub : pick(instances);
  const link = links(hub).length === 0 ? "none" : pick(links(hub));
  const said =
    (words: string): (() => string) =>
    () => {
      ip(...words.split(" "));
      return words;
    };
  return [
    said(`-n ${hub} link del ${link}`),
    said(`-n ${hub} link set ${link} down`),
    said(`-n ${one} link set eth0 down`),
    said(`-n ${one} link del eth0`),
    said(`-n ${one} addr flush dev eth0`),
    said(`-n ${one} addr add 10.99.${random(200)}.1/32 dev eth0`),
    said(`-n ${one} route del 10.0.0.0/8`),
    said(`-n ${one} -6 route del fc00::/7`),
    said(`-n ${hub} route flush proto 174`),
    said(`-n ${hub} addr del 10.0.0.0/32 dev lo`),
    said(`-n ${hub} addr del fc00::1/128 dev lo`),
    said(`netns del ${one}`),
    said(`netns del ${random(4) === 0 ? hub : one}`),
    () => takeElement(hub),
    () => takeElement(hub),
    () => {
      nft(hub, "flush", "ruleset");
      return "flush ruleset";
    },
    () => {
      const chain = rulesetOf(hub).find((of) => of.chain !== undefined)?.chain;
      if (chain === undefined) return "no chain";
      nft(hub, "flush", "chain", "inet", chain.table, chain.name);
      return `flush chain ${chain.name}`;
    },
    () => {
      nft(null, "delete", "table", "inet", `architect-${system}`);
      return "delete the table of the host";
    },
    () => {
      const pids = [...processesOf(system).keys()];
      if (pids.length === 0) return "nobody to kill";
      const pid = pick(pids);
      attempt("kill", "-9", String(pid));
      return `kill ${pid}`;
    },
  ];
};

const isMended = async (stage: Stage): Promise<readonly string[]> => {
  let left: readonly string[] = [];
  for (let i = 0; i < 300; i++) {
    left = await differences(stage);
    if (left.length === 0 && stage.live.status().state === "converged") return [];
    await sleep(100);
  }
  return [...left, stage.live.status().state, ...stage.live.status().problems];
};

test.serial("a saboteur at work while edits arrive", async (t) => {
  t.timeout(60_000 + runs * 2_000);
  const port = await freePort();
  let text: Text = { counts: [2, 1, 2], mark: 0, more: false };
  const place = home(t, (system) => textOf(system, port, text));
  const stage = await enter(t, place);
  const done: string[] = [];
  for (let run = 0; run < runs; run++) {
    if (random(5) === 0) {
      const counts = [1 + random(3), 1 + random(3), random(3)];
      text = { counts, mark: random(3), more: random(2) === 0 };
      done.push(JSON.stringify(text));
      await save(stage, textOf(place.system, port, text));
    } else {
      done.push(pick(deeds(place.system))());
    }
    // At times one blow after the other, at times with room to breathe.
    if (random(3) > 0) await sleep(random(120));
  }
  const mended = await isMended(stage);
  t.deepEqual(
    mended,
    [],
    `seed ${seed}:\n${done.slice(-40).join("\n")}\n${stage.events
      .slice(-20)
      .map((e) => JSON.stringify(e))
      .join("\n")}`,
  );
  const after = await inventory(place);
  const stuck = stage.events.filter(({ event }) => event === "failed").length;
  t.log(
    `${runs} deeds, ${stage.events.filter(({ event }) => event === "repaired").length} repairs, ${stuck} refusals on the way`,
  );

  t.deepEqual(await stage.live.remove(), []);
  await stage.live.closed;
  const fresh = await enter(t, place);
  t.deepEqual(difference(after, await inventory(fresh)), []);
});
