/** Systems of one name that are different owners', on one kernel. */
import { execFileSync } from "node:child_process";
import type { ExecutionContext } from "ava";
import { deleteNamespace, namespaceNames, releaseNetnsDirectory } from "../../../runtime/namespaces.ts";
import { NetnsBase } from "../../../runtime/netns/base.ts";
import { hostEnd, unownedHostEnd } from "../../../runtime/netns/host/names.ts";
import { HostPublisher } from "../../../runtime/netns/host/publisher.ts";
import { findLabel } from "../../../runtime/netns/label.ts";
import { type Owned, qualifiedName } from "../../../runtime/owner.ts";
import type { Resource, ResourceKey } from "../../../src/core/resource.ts";
import { freePort, freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { nft } from "../nft.ts";
import { kernelTest as test } from "./lab.ts";
import { noProcesses } from "./no-processes.ts";
import { ownedOf } from "./owned.ts";

const ip = (...words: readonly string[]): string => execFileSync("ip", words, { encoding: "utf8" });

const open = (t: ExecutionContext, owned: Owned): NetnsBase => {
  const base = new NetnsBase(owned, noProcesses, new HostPublisher(owned));
  t.teardown(async () => {
    const failures = await base.destroy();
    await base.close();
    releaseNetnsDirectory();
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
  });
  return base;
};

/** A system under its label, with one published port. */
const stateOf = (label: string, system: string, hostPort: number): ReadonlyMap<ResourceKey, Resource> =>
  new Map(
    [
      ...byKey(
        resourcesOf({
          system: label,
          automata: [{ name: "a", count: 2, offers: [{ port: "p", transport: "tcp", number: 9000 }] }],
          publications: [{ to: "a.p", hostPort }],
        }),
      ),
    ].map(([key, resource]) => [key, resource.kind === "hub" ? { ...resource, system } : resource]),
  );

const missing = async (base: NetnsBase, state: ReadonlyMap<ResourceKey, Resource>) =>
  between((await base.observe()).resources, state).map(({ op, key }) => `${op} ${key}`);

test("each has names, links and a table of its own, and takes only those away", async (t) => {
  const system = freshName();
  const owners = [ownedOf(system, "aaaa0000"), ownedOf(system, "bbbb1111")] as const;
  const bases = owners.map((owned) => open(t, owned));
  const labels = bases.map((base) => base.claim());
  t.deepEqual(labels, [system, qualifiedName(owners[1])]);
  const states = await Promise.all(labels.map(async (label) => stateOf(label, system, await freePort())));
  for (const [at, base] of bases.entries()) t.deepEqual(await base.apply(between(nothing, states[at]!)), []);
  for (const [at, base] of bases.entries()) t.deepEqual(await missing(base, states[at]!), []);
  t.deepEqual(
    owners.map((owned) => findLabel(owned)),
    labels.map((label) => ({ label, isInUse: true })),
  );
  const tables = (): readonly string[] =>
    nft(null, "list", "tables")
      .split("\n")
      .filter((line) => line.includes(system));
  t.is(tables().length, 2);

  t.deepEqual(await bases[0]!.destroy(), []);
  t.deepEqual(await missing(bases[1]!, states[1]!), []);
  t.deepEqual(tables(), [`table inet architect-${labels[1]!}`]);
  t.is(namespaceNames(`${system}.`).length, 0);
  t.true(ip("link").includes(hostEnd(owners[1])));
  t.false(ip("link").includes(hostEnd(owners[0])));
  t.is(findLabel(owners[1]).label, labels[1]!, "it keeps what it is called");
  t.is(findLabel(owners[0]).label, system);

  t.deepEqual(await bases[0]!.destroy(), []);
  t.deepEqual(await missing(bases[1]!, states[1]!), []);
});

test("of two that come at once, one has the plain name, whatever they see of each other", (t) => {
  const system = freshName();
  const [one, other] = [ownedOf(system, "aaaa0000"), ownedOf(system, "bbbb1111")];
  const first = open(t, one);
  t.is(first.claim(), system);
  // As if it were in mounts of its own: nothing of the first can be seen.
  deleteNamespace(`${system}.hub`);
  t.deepEqual(findLabel(other), { label: system, isInUse: false });
  t.is(open(t, other).claim(), qualifiedName(other));
  t.is(first.claim(), system);
});

test("an address that another owner's system publishes is refused, and it is told whose it is", async (t) => {
  const system = freshName();
  const owners = [ownedOf(system, "aaaa0000"), ownedOf(system, "bbbb1111")] as const;
  const [one, other] = owners.map((owned) => open(t, owned));
  t.deepEqual([one!.claim(), other!.claim()], [system, `${system}-bbbb1111`]);
  const state = stateOf(system, system, await freePort());
  t.deepEqual(await one!.apply(between(nothing, state)), []);
  // The same addresses, as of one that published nothing when the other came.
  const same = stateOf(`${system}-bbbb1111`, system, await freePort());
  const [vip] = [...state.values()].flatMap((resource) => (resource.kind === "service" ? resource.vip : []));
  const clashing: ReadonlyMap<ResourceKey, Resource> = new Map(
    [...same].map(([key, resource]): [ResourceKey, Resource] =>
      resource.kind === "service" || resource.kind === "publication"
        ? [key, { ...resource, vip: vip! }]
        : [key, resource],
    ),
  );
  const [failure, ...more] = await other!.apply(between(nothing, clashing));
  t.deepEqual(more, []);
  t.is(failure?.code, "EADDRINUSE");
  t.regex(failure!.message, new RegExp(`^system ${system} has the address ${vip!.v4} on this host; end one`));
  t.deepEqual(await missing(one!, state), []);
});

/** Rewrites the marks of a system as a version did that knew no owners. */
const disown = (owned: Owned): void => {
  const { system } = owned;
  for (const name of namespaceNames(`${system}.`)) {
    const role = name.endsWith(".hub")
      ? "hub"
      : name.slice(system.length + 1).replace(/(.+)\.(\d+)/, "$2 $1");
    ip("-n", name, "link", "set", "lo", "alias", `architect ${system} ${role}`);
  }
  const link = hostEnd(owned);
  ip("link", "set", link, "down");
  ip("link", "set", link, "name", unownedHostEnd(owned));
  ip("link", "set", unownedHostEnd(owned), "alias", `architect ${system}`, "up");
};

test("what an earlier version left is its heir's, and nobody else's", async (t) => {
  const system = freshName();
  const owned = ownedOf(system);
  const state = stateOf(system, system, await freePort());
  t.deepEqual(await open(t, owned).apply(between(nothing, state)), []);
  disown(owned);
  const stranger = open(t, ownedOf(system, "bbbb1111"));
  t.is(findLabel(stranger.owned).label, `${system}-bbbb1111`);
  t.deepEqual(await stranger.destroy(), []);
  t.is(namespaceNames(`${system}.`).length, 3);

  const heir = open(t, { ...owned, inherits: true });
  t.is(heir.claim(), system);
  t.deepEqual(await heir.apply(between((await heir.observe()).resources, state)), []);
  t.deepEqual(await missing(heir, state), []);
  t.false(ip("link").includes(unownedHostEnd(owned)));
  t.deepEqual(await heir.destroy(), []);
  t.deepEqual(namespaceNames(`${system}.`), []);
});
