/** What there is of a system on this machine, as independent readers see it. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { openWorld } from "../../../src/live/system/world.ts";
import { nftPath } from "../../runtime/nft.ts";
import type { Home } from "./stage.ts";

const run = (command: string, ...words: readonly string[]): string =>
  execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

const json = (text: string): unknown => (text.trim() === "" ? [] : JSON.parse(text));

/** Numbers that the kernel gives as they come. */
const fleeting = new Set([
  "handle",
  "ifindex",
  "link_index",
  "metainfo",
  "link_netnsid",
  "bytes",
  "packets",
  "valid_life_time",
  "preferred_life_time",
]);

/** What the kernel gives to every link by itself, when it has come to it. */
const isAutomatic = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  (("local" in value && String(value.local).startsWith("fe80:")) ||
    ("dst" in value && /^(fe80:|ff00:)/.test(String(value.dst))));

const settled = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value
      .filter((one) => !isAutomatic(one))
      .map(settled)
      .map((one) => JSON.stringify(one))
      .sort()
      .map((one) => JSON.parse(one) as unknown);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !fleeting.has(key))
      .map(([key, one]) => [key, settled(one)]),
  );
};

const namespacesOf = (system: string): readonly string[] =>
  run("ip", "netns", "list")
    .split("\n")
    .map((line) => line.split(" ")[0]!)
    .filter((name) => name.startsWith(`${system}.`))
    .sort();

const inside = (netns: string) => ({
  links: settled(json(run("ip", "-j", "-n", netns, "link"))),
  addresses: settled(json(run("ip", "-j", "-n", netns, "addr"))),
  routes: settled([
    json(run("ip", "-j", "-n", netns, "route", "show", "table", "all")),
    json(run("ip", "-j", "-n", netns, "-6", "route", "show", "table", "all")),
  ]),
  rules: settled(json(run("ip", "netns", "exec", netns, nftPath, "-j", "list", "ruleset"))),
});

/** Processes with the markers of the system, wherever they are: pid by what they say they are. */
export const processesOf = (system: string): ReadonlyMap<number, string> => {
  const found = new Map<number, string>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const variables = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      if (!variables.includes(`ARCHITECT_SYSTEM=${system}`)) continue;
      if (/\) [ZX] /.test(readFileSync(`/proc/${name}/stat`, "latin1"))) continue;
      const said = (variable: string): string | undefined =>
        variables.find((one) => one.startsWith(`${variable}=`))?.slice(variable.length + 1);
      found.set(
        Number(name),
        `${said("ARCHITECT_AUTOMATON")}.${said("ARCHITECT_INSTANCE")} ${said("ARCHITECT_SPEC")}`,
      );
    } catch {
      // Gone meanwhile.
    }
  }
  return found;
};

/** What of the host has the system's name on it. */
const onHost = (system: string) => ({
  tables: run(nftPath, "list", "tables")
    .split("\n")
    .filter((line) => line.includes(system)),
  links: run("ip", "-o", "link")
    .split("\n")
    .filter((line) => line.includes(system)).length,
});

/** The cgroups of the system, wherever they are. */
export const groupsOf = (system: string): readonly string[] =>
  run("find", "/sys/fs/cgroup", "-type", "d", "-path", `*/architect/${system}-*`)
    .split("\n")
    .filter((path) => path !== "")
    .sort();

/** A line for each thing, so that what differs between two inventories can be read. */
const lines = (value: unknown, path = ""): readonly string[] => {
  if (typeof value !== "object" || value === null) return [`${path} = ${JSON.stringify(value)}`];
  if (Array.isArray(value)) return value.map((one) => `${path} has ${JSON.stringify(one)}`);
  return Object.entries(value).flatMap(([key, one]) => lines(one, `${path}/${key}`));
};

/** What only one of two inventories has. */
export const difference = (actual: unknown, expected: unknown): readonly string[] => {
  const [is, should] = [lines(actual), lines(expected)];
  return [
    ...is.filter((line) => !should.includes(line)).map((line) => `+ ${line}`),
    ...should.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
  ];
};

export const inventory = async ({ system, stateRoot }: Home) => {
  const { base } = await openWorld(system, "netns", stateRoot);
  const { resources } = await base.observe();
  await base.close();
  const namespaces = namespacesOf(system);
  return {
    resources: settled([...resources.values()]),
    namespaces: Object.fromEntries(namespaces.map((netns) => [netns, inside(netns)])),
    processes: [...processesOf(system).values()].sort(),
    host: onHost(system),
    groups: groupsOf(system),
  };
};

/** The inventory of a system of which nothing is left. */
export const emptyInventory: Awaited<ReturnType<typeof inventory>> = {
  resources: [],
  namespaces: {},
  processes: [],
  host: { tables: [], links: 0 },
  groups: [],
};
