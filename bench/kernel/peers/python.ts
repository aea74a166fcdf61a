/** Peers that are libraries of Python: scripts that read the site and print milliseconds, without those of their start. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { besides, runs } from "./here.ts";
import { limited, type Peer, type Site } from "./peer.ts";

/** The distribution's own, for which it packages them. */
const python = "/usr/bin/python3";

const raising =
  (script: string) =>
  ({ hub, instances, directory }: Site): number => {
    const file = `${directory}/site.json`;
    const nodes = instances.map(({ netns, link, address }) => ({ netns, link, ...address }));
    writeFileSync(file, JSON.stringify({ hub, nodes }));
    return Number(execFileSync(python, [besides(`peers/${script}`), file], { ...limited, encoding: "utf8" }));
  };

export const pyroute2: Peer = {
  name: "pyroute2",
  missing: () => (runs(python, "-c", "import pyroute2") ? null : "python3-pyroute2"),
  raise: raising("pyroute2_raise.py"),
};

export const mininet: Peer = {
  name: "Mininet",
  missing: () => (runs(python, "-c", "import mininet.link") && runs("mnexec", "-v") ? null : "mininet"),
  raise: raising("mininet_raise.py"),
};
