/** What the instances of an automaton call themselves, as names that resolve in them. */
import type { DualAddress, Hosts, Instance, Process } from "../src/core/resource.ts";

/** Where the machine's own name leads in an instance, too. */
const itself = "127.0.1.1";

/**
 * A host name that one instance has to itself leads to its address, for its siblings as well; one that several share leads each of them to
 * itself. Names that are `taken` mean what they did.
 */
export const ownNames = (
  processes: readonly Process[],
  instances: readonly Instance[],
  taken: Hosts["entries"],
  resolved: (address: DualAddress) => readonly string[],
): Hosts["entries"] => {
  const known = new Set(taken.map(({ name }) => name.toLowerCase()));
  const owners = new Map<string, { readonly name: string; readonly indices: number[] }>();
  for (const { index, hostname } of processes) {
    if (hostname === undefined || known.has(hostname.toLowerCase())) continue;
    const owner = owners.get(hostname.toLowerCase()) ?? { name: hostname, indices: [] };
    owner.indices.push(index);
    owners.set(hostname.toLowerCase(), owner);
  }
  if (owners.size === 0) return [];
  const byIndex = new Map(instances.map((instance) => [instance.index, instance] as const));
  return [...owners.values()].map(({ name, indices }) => {
    const only = indices.length === 1 ? byIndex.get(indices[0]!) : undefined;
    return { name, addresses: only === undefined ? [itself] : resolved(only.address) };
  });
};
