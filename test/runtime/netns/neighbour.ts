/** A machine beside the host, for tests: a namespace with a link to it, and addresses of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import type { ExecutionContext } from "ava";

const ip = (...words: readonly string[]): string => execFileSync("ip", words, { encoding: "utf8" });

interface Face {
  readonly host: string;
  readonly client: string;
}

export interface Neighbour {
  readonly netns: string;
  /** The host's end of the link. */
  readonly link: string;
  readonly v4: Face;
  readonly v6: Face;
  /** Gives it a further address, to which the host knows the way. */
  take(address: string): void;
}

let count = 0;

export const neighbour = (t: ExecutionContext, system: string): Neighbour => {
  const [netns, link] = [`${system}-beside`, `y${process.pid}x${count++}`];
  // Networks that are for tests alone: 198.18.0.0/15 and 2001:db8::/32.
  const [a, b, c] = [18 + randomInt(2), randomInt(256), 4 * (1 + randomInt(63))];
  const v4 = { host: `198.${a}.${b}.${c + 1}`, client: `198.${a}.${b}.${c + 2}` };
  const v6 = { host: `2001:db8:${a}:${b}:${c}::1`, client: `2001:db8:${a}:${b}:${c}::2` };
  t.teardown(() => {
    ip("netns", "del", netns);
    // It goes with its other end, but not at once.
    spawnSync("ip", ["link", "del", link]);
  });
  for (const words of [
    `netns add ${netns}`,
    `link add ${link} type veth peer name far netns ${netns}`,
    `addr add ${v4.host}/30 dev ${link}`,
    `addr add ${v6.host}/64 dev ${link} nodad`,
    `link set ${link} up`,
    `-n ${netns} link set lo up`,
    `-n ${netns} addr add ${v4.client}/30 dev far`,
    `-n ${netns} addr add ${v6.client}/64 dev far nodad`,
    `-n ${netns} link set far up`,
    `-n ${netns} route add default via ${v4.host}`,
    `-n ${netns} -6 route add default via ${v6.host}`,
  ]) {
    ip(...words.split(" "));
  }
  return {
    netns,
    link,
    v4,
    v6,
    take: (address) => {
      const length = address.includes(":") ? 128 : 32;
      const via = length === 32 ? v4.client : v6.client;
      ip(
        "-n",
        netns,
        "addr",
        "add",
        `${address}/${length}`,
        "dev",
        "far",
        ...(length === 128 ? ["nodad"] : []),
      );
      ip("route", "add", `${address}/${length}`, "via", via);
    },
  };
};
