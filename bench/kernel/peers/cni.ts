/**
 * CNI's ptp, as a container runtime calls it: a process for each namespace. With v4
 * alone, for with v6 it would wait until addresses are found to be no duplicates.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { nameAll } from "./ip.ts";
import { limited, type Peer, type Site } from "./peer.ts";

const places = [...(process.env.CNI_PATH?.split(":") ?? []), "/usr/lib/cni", "/opt/cni/bin"];

const home = (): string | undefined =>
  places.find((place) => existsSync(`${place}/ptp`) && existsSync(`${place}/host-local`));

const raise = (site: Site): number => {
  const { hub, instances, directory } = site;
  const conf = {
    cniVersion: "0.4.0",
    name: hub,
    type: "ptp",
    ipam: {
      type: "host-local",
      // It keeps what it gave, so each time another.
      dataDir: mkdtempSync(`${directory}/given-`),
      ranges: [[{ subnet: "10.0.0.0/16" }]],
      routes: [{ dst: "0.0.0.0/0" }],
    },
  };
  const [confFile, script] = [`${directory}/ptp.json`, `${directory}/ptp.sh`];
  writeFileSync(confFile, JSON.stringify(conf));
  const calls = instances.map(
    ({ netns }) =>
      `CNI_CONTAINERID=${netns} CNI_NETNS=/run/netns/${netns} ${home()}/ptp <${confFile} >${directory}/said || { cat ${directory}/said >&2; exit 1; }`,
  );
  const exports = `export CNI_COMMAND=ADD CNI_IFNAME=eth0 CNI_PATH=${home()}`;
  writeFileSync(script, `${[exports, ...calls].join("\n")}\n`);
  const start = performance.now();
  nameAll(site);
  execFileSync("ip", ["netns", "exec", hub, "sh", script], limited);
  return performance.now() - start;
};

export const cni: Peer = {
  name: "CNI ptp (v4)",
  missing: () => (home() === undefined ? "containernetworking-plugins" : null),
  raise,
};
