/**
 * In a network of its own, where nobody else publishes: what becomes of the machine's
 * forwarding while two systems publish, and when somebody takes away what publishes.
 * Prints the settings after each step, and whether a link listens to routers.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { NetnsBase } from "../../../runtime/netns/base.ts";
import { hostEnd } from "../../../runtime/netns/host/names.ts";
import { HostPublisher } from "../../../runtime/netns/host/publisher.ts";
import { publicationKey } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { nft } from "../nft.ts";
import { noProcesses } from "./no-processes.ts";
import { ownedOf } from "./owned.ts";

const inNet = (path: string): string => `/proc/sys/net/${path}`;
const forwarding = ["ipv4/ip_forward", "ipv6/conf/all/forwarding"].map(inNet);
const routers = inNet("ipv6/conf/beside/accept_ra");
const steps: Record<string, string> = {};
const note = (what: string): void => {
  steps[what] = [...forwarding, routers].map((path) => readFileSync(path, "utf8").trim()).join(" ");
};

const baseOf = (system: string): NetnsBase =>
  new NetnsBase(ownedOf(system), noProcesses, new HostPublisher(ownedOf(system)));

const stateOf = (system: string, hostPort: number) =>
  byKey(
    resourcesOf({
      system,
      automata: [{ name: "a", count: 1, offers: [{ port: "web", transport: "tcp", number: 8080 }] }],
      publications: [{ to: "a.web", hostPort }],
    }),
  );

const sure = (failures: readonly unknown[]): void => {
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
};

const [before = "0"] = process.argv.slice(2);
// A machine with a network of each family.
for (const words of [
  "link set lo up",
  "link add beside type veth peer name far",
  "addr add 198.18.0.1/30 dev beside",
  "addr add 2001:db8::1/64 dev beside nodad",
  "link set beside up",
  "link set far up",
])
  execFileSync("ip", words.split(" "));
for (const path of forwarding) writeFileSync(path, before);
note("before");

const systems = [freshName(), freshName()] as const;
const bases = systems.map(baseOf);
for (const [index, base] of bases.entries())
  sure(await base.apply(between(nothing, stateOf(systems[index]!, 80 + index))));
note("two publish");
// A link that comes later listens to routers, and takes nothing from what is published.
execFileSync("ip", "link add later type veth peer name later-far".split(" "));
const { resources } = await bases[1]!.observe();
steps["seen beside a later link"] = String(resources.has(publicationKey("tcp", 81)));
sure(await bases[0]!.destroy());
note("one publishes");
sure(await bases[1]!.destroy());
note("nobody publishes");

for (const harm of ["table", "link"]) {
  const system = freshName();
  const base = baseOf(system);
  bases.push(base);
  const state = stateOf(system, 80);
  sure(await base.apply(between(nothing, state)));
  if (harm === "table") nft(null, "delete", "table", "inet", `architect-${system}`);
  else execFileSync("ip", ["link", "del", hostEnd(ownedOf(system))]);
  sure(await base.apply(between((await base.observe()).resources, state)));
  note(`the ${harm} was taken away`);
  sure(await base.destroy());
  note(`the ${harm} was taken away, and nobody publishes`);
}
for (const base of bases) await base.close();
console.log(JSON.stringify(steps));
