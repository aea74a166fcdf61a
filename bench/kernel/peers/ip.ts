/** `ip -batch`: one run for the names, one for the hub, and one for each namespace. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { runs } from "./here.ts";
import { limited, type Peer, type Site } from "./peer.ts";

const batch = (directory: string, lines: readonly string[], ...where: readonly string[]): void => {
  const file = `${directory}/batch`;
  writeFileSync(file, `${lines.join("\n")}\n`);
  execFileSync("ip", [...where, "-batch", file], limited);
};

/** Names all namespaces at once. */
export const nameAll = ({ hub, instances, directory }: Site): void =>
  batch(
    directory,
    [hub, ...instances.map(({ netns }) => netns)].map((name) => `netns add ${name}`),
  );

const raise = (site: Site): number => {
  const { hub, instances, directory } = site;
  const start = performance.now();
  nameAll(site);
  const inHub = instances.flatMap(({ netns, link, address }) => [
    `link add ${link} up arp off type veth peer name eth0 netns ${netns}`,
    `route add ${address.v4} dev ${link}`,
    `route add ${address.v6} dev ${link}`,
  ]);
  batch(directory, inHub, "-n", hub);
  for (const { netns, address } of instances) {
    const inside = [
      "link set lo up",
      "link set eth0 up arp off",
      `addr add ${address.v4}/32 dev eth0`,
      `addr add ${address.v6}/128 dev eth0 nodad`,
      "route add 10.0.0.0/8 dev eth0",
      "route add fc00::/7 dev eth0",
    ];
    batch(directory, inside, "-n", netns);
  }
  return performance.now() - start;
};

export const ip: Peer = {
  name: "ip -batch",
  missing: () => (runs("ip", "-V") ? null : "iproute2"),
  raise,
};
