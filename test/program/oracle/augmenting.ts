/**
 * From the members of a system to its resources, as docs/language.md says: how many
 * instances, what they are called, where they are, who reaches whom. It shares no pass and
 * no numbering with the product; it is written from the definitions alone.
 */
import type { Endpoint, Reached, Resource, ResourceKey } from "../../../src/core/resource.ts";
import { evaluateCount, evaluateSettle } from "../../../src/language/evaluate.ts";
import type { Problem, Site } from "../../../src/language/problem.ts";
import type { AutomatonValue } from "../../../src/language/value.ts";
import { Addresses, linkOf } from "./addressing.ts";
import type { Given } from "./evaluating.ts";
import type { Member, Service, Wired } from "./members.ts";
import { numbered, origins } from "./numbering.ts";
import { hostNameOf, listOf, resolvedBy, runningOf } from "./running.ts";
import { solving, speakerOfMember } from "./solving.ts";

export interface Augmented {
  readonly desired: Readonly<Record<string, Resource>>;
  readonly problems: readonly Problem[];
}

const keyOf = (text: string): ResourceKey => text as ResourceKey;

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0);

/** `site`: of the system's declaration. */
export const augment = (
  { system, site }: { readonly system: string; readonly site: Site },
  members: readonly Member[],
  given: Given,
): Augmented => {
  const problems: Problem[] = [];
  const tooMany = (message: string): Augmented => ({
    desired: {},
    problems: [...problems, { code: "limit-exceeded", message, site, hints: [] }],
  });
  const { size } = given.limits;
  const counts = new Map<string, number>();
  for (const { key, automaton, wires } of members) {
    if (automaton === null) continue;
    // What runs elsewhere has no instances.
    if (automaton.provides.some(({ at }) => at !== null)) {
      counts.set(key, 0);
      continue;
    }
    const solve = solving(given, speakerOfMember(automaton, wires, null), problems);
    const asked = solve(automaton.instances, evaluateCount, 1);
    solve(automaton.settle, evaluateSettle, 30_000);
    counts.set(key, Math.max(asked, (given.cells.get(`held ${key}`) as number | undefined) ?? 0));
  }
  if (sum(counts.values()) > size)
    return tooMany(`this system has more than ${size.toLocaleString("en")} instances`);
  const instances = [...counts].flatMap(([key, count]) =>
    Array.from({ length: count }, (_, index) => [key, index] as const),
  );
  const services = members.flatMap(({ offers }) => offers.map(({ id }) => id));
  const addresses = new Addresses(system, instances, services);
  const originOf = numbered(counts.keys(), origins);

  /** Where a port is that runs elsewhere; null of a port of instances. */
  const elsewhere = (name: string, port: string) =>
    members
      .find(({ key, automaton }) => key === name && automaton !== null)
      ?.automaton?.provides.find((one) => one.name === port)?.at ?? null;
  const placesOf = (name: string, port: string): readonly Endpoint["address"][] | null => {
    const at = elsewhere(name, port);
    switch (at?._tag) {
      case undefined:
      case "Anywhere":
        return null;
      case "OnHost":
        return [{ v4: "192.0.0.8", v6: "fc00::2" }];
      case "Address":
        return [at.address.includes(":") ? { v4: null, v6: at.address } : { v4: at.address, v6: null }];
      case "HostName": {
        const found = given.cells.get(`resolved ${at.name}`) as
          | { readonly v4: readonly string[]; readonly v6: readonly string[] }
          | undefined;
        const [v4, v6] = [found?.v4 ?? [], found?.v6 ?? []];
        return [...(v4.length > v6.length ? v4 : v6)].map((_, i) => ({
          v4: v4[i] ?? null,
          v6: v6[i] ?? null,
        }));
      }
    }
  };

  /** Where an instance listens: elsewhere than is written while its program is an earlier one. */
  const listensAt = (automaton: string, index: number, port: string, number: number): number =>
    (given.cells.get(`listens ${automaton}`) as Record<number, Record<string, number>> | undefined)?.[
      index
    ]?.[port] ?? number;

  const hostOf = (name: string, port: string): { readonly host?: string } => {
    const at = elsewhere(name, port);
    return at?._tag === "HostName" ? { host: at.name } : {};
  };

  /** All instances of all providers that take connections, and all places elsewhere. */
  const endpointsOf = ({ providers }: Service): readonly Endpoint[] =>
    providers.flatMap(({ automaton, port, number }) => {
      const places = placesOf(automaton, port);
      if (places !== null)
        return places.map((address, index) => ({
          instance: keyOf(`outside/${automaton}/${index}`),
          address,
          number,
          ...hostOf(automaton, port),
        }));
      const unready = given.cells.get(`unready ${automaton}`) as ReadonlySet<number> | undefined;
      return instances
        .filter(([name, index]) => name === automaton && unready?.has(index) !== true)
        .map(([, index]) => ({
          instance: keyOf(`instance/${automaton}/${index}`),
          address: addresses.instance(automaton, index),
          number: listensAt(automaton, index, port, number),
        }));
    });

  /** Every instance behind a requirement that reaches each by itself, ready or not. */
  const singly = (automaton: AutomatonValue | null, { requirement, service }: Wired): Reached[] | null =>
    automaton?.requires.some(({ name, each }) => each && name === requirement) === true
      ? service.providers.flatMap(({ automaton: provider, port, number, last }) =>
          instances
            .filter(([name]) => name === provider)
            .map(([, index]) => ({
              address: addresses.instance(provider, index),
              number: listensAt(provider, index, port, number),
              ...(last !== undefined && { last }),
            })),
        )
      : null;
  const isOnly6 = ({ providers }: Service): boolean => {
    const [first] = providers;
    const places = providers.length > 1 ? null : placesOf(first!.automaton, first!.port);
    return places !== null && places.length > 0 && places.every(({ v4 }) => v4 === null);
  };

  const most = 4 * size;
  const answering = members.flatMap(({ offers }) => offers.map((service) => endpointsOf(service).length));
  const reached = members.flatMap(({ automaton, wires }) =>
    wires.map((wire) => singly(automaton, wire)?.length ?? 0),
  );
  if (sum([...answering, ...reached]) > most)
    return tooMany(`the services of this system have more than ${most.toLocaleString("en")} endpoints`);

  /** Each requirement by its name, and the hosts elsewhere that they lead to by theirs. */
  const namesOf = (automaton: AutomatonValue | null, wires: readonly Wired[]) => {
    const addressesOf = ({ service }: Wired): readonly string[] =>
      resolvedBy(automaton, addresses.service(service.id), isOnly6(service));
    const own = wires.flatMap((wire) => [
      { name: hostNameOf(wire.requirement), addresses: addressesOf(wire) },
      ...(singly(automaton, wire) ?? []).map(({ address }, index) => ({
        name: `${hostNameOf(wire.requirement)}-${index}`,
        addresses: resolvedBy(automaton, address, false),
      })),
    ]);
    const hosts = wires.flatMap((wire) =>
      wire.service.providers.flatMap(({ automaton: provider, port }) => {
        if (elsewhere(provider, port) === null) return [];
        const { host } = hostOf(provider, port);
        return [hostNameOf(provider), ...(host === undefined ? [] : [host])].map((name) => ({
          host: name,
          wire,
        }));
      }),
    );
    const aliases = [...new Set(hosts.map(({ host }) => host))].filter(
      (host) => !own.some(({ name }) => name === host),
    );
    return [
      ...own,
      ...aliases.map((name) => ({
        name,
        addresses: [...new Set(hosts.flatMap(({ host, wire }) => (host === name ? addressesOf(wire) : [])))],
      })),
    ];
  };

  const resourcesOf = ({ key, automaton, wires, offers, publications }: Member): readonly Resource[] => {
    const all: Resource[] = [];
    const netns = (index: number): string => `${system}.${hostNameOf(key)}.${index}`;
    const own = instances.filter(([name]) => name === key).map(([, index]) => index);
    const owner = automaton === null ? offers[0]!.providers[0]!.automaton : key;
    for (const index of own)
      all.push({
        kind: "instance",
        key: keyOf(`instance/${key}/${index}`),
        automaton: key,
        index,
        netns: netns(index),
        link: linkOf(system, key, index),
        address: addresses.instance(key, index),
        origin: originOf.get(key)!,
      });
    const single = wires.flatMap((wire) => {
      const each = singly(automaton, wire);
      return each === null ? [] : [{ wire, each }];
    });
    const lists = single.map(({ wire, each }) => listOf(wire.requirement, each));
    const cwd = (given.cells.get("directory") as string | undefined) ?? ".";
    const sizes = (automaton?.state ?? []).filter(({ size }) => size !== null);
    if (automaton !== null && automaton.runs !== null && automaton.limits.size + sizes.length > 0)
      for (const index of own)
        all.push({
          kind: "limits",
          key: keyOf(`limits/${key}/${index}`),
          automaton: key,
          index,
          ...Object.fromEntries(automaton.limits),
          ...(sizes.length > 0 && {
            state: Object.fromEntries(sizes.map(({ name, size }) => [name, size!])),
          }),
        });
    const told: Problem[] = [];
    const replaced: Resource[] = [];
    const called: { readonly name: string; readonly index: number }[] = [];
    for (const index of automaton === null ? [] : own.length === 0 ? [0] : own) {
      const found: Problem[] = [];
      const solve = solving(given, speakerOfMember(automaton!, wires, index), found);
      const running = runningOf(automaton!, wires, lists, cwd, solve);
      told.push(
        ...found.filter(
          (one) => index === 0 || !told.some((other) => JSON.stringify(one) === JSON.stringify(other)),
        ),
      );
      // What the clock starts has not run yet.
      if (running === null || automaton!.schedule !== null || index >= own.length) continue;
      if (running.hostname !== undefined) called.push({ name: running.hostname, index });
      all.push({
        kind: "process",
        key: keyOf(`process/${key}/${index}`),
        automaton: key,
        index,
        netns: netns(index),
        ...running,
      });
      if (running.content !== undefined)
        replaced.push({
          kind: "files",
          key: keyOf(`files/${key}/${index}`),
          automaton: key,
          index,
          signal: automaton!.reload!,
          spec: running.spec,
          content: running.content,
          files: running.files ?? [],
          ...(running.user !== undefined && { user: running.user }),
          ...(running.secrets?.own !== undefined && { secrets: running.secrets.own }),
        });
    }
    problems.push(...told);
    const names = namesOf(automaton, wires);
    const free = called.filter(({ name }) => !names.some((one) => one.name === name.toLowerCase()));
    const alike = (name: string): typeof free =>
      free.filter((one) => one.name.toLowerCase() === name.toLowerCase());
    const ownNames = free
      .filter((one) => alike(one.name)[0] === one)
      .map(({ name, index }) => ({
        name,
        addresses:
          alike(name).length > 1
            ? ["127.0.1.1"]
            : resolvedBy(automaton, addresses.instance(key, index), false),
      }));
    if (names.length + ownNames.length > 0)
      all.splice(own.length, 0, {
        kind: "hosts",
        key: keyOf(`hosts/${key}`),
        automaton: key,
        entries: [...names, ...ownNames],
        ...(lists.length > 0 && { lists }),
      });
    all.push(...replaced);
    for (const service of offers)
      all.push({
        kind: "service",
        key: keyOf(`service/${service.id}`),
        automaton: owner,
        id: service.id,
        transport: service.transport,
        number: service.number,
        ...(service.last !== undefined && { last: service.last }),
        vip: addresses.service(service.id),
        endpoints: endpointsOf(service),
      });
    for (const service of offers) {
      const to = endpointsOf(service).filter(({ instance }) => instance.startsWith("outside/"));
      if (to.length > 0)
        all.push({
          kind: "egress",
          key: keyOf(`egress/${service.id}`),
          automaton: owner,
          service: service.id,
          transport: service.transport,
          vip: addresses.service(service.id),
          to,
        });
    }
    for (const wire of wires) {
      const { requirement, isMessage, service } = wire;
      const each = singly(automaton, wire);
      all.push({
        kind: "wire",
        key: keyOf(`wire/${key}.${requirement}`),
        automaton: key,
        requirement,
        origin: originOf.get(key)!,
        service: service.id,
        vip: addresses.service(service.id),
        transport: service.transport,
        number: service.number,
        ...(service.last !== undefined && { last: service.last }),
        oneWay: isMessage,
        ...(each !== null && { each }),
      });
    }
    for (const { hostPort, service } of publications)
      all.push({
        kind: "publication",
        key: keyOf(`publication/${service.transport}/${hostPort}`),
        automaton: owner,
        hostPort,
        transport: service.transport,
        service: service.id,
        vip: addresses.service(service.id),
        number: service.number,
        ...(service.last !== undefined && { last: service.last }),
      });
    return all;
  };

  const hub: Resource = { kind: "hub", key: keyOf("hub"), automaton: null, system, netns: `${system}.hub` };
  const resources = [...(members.length > 0 ? [hub] : []), ...members.flatMap(resourcesOf)];
  return { desired: Object.fromEntries(resources.map((one) => [one.key, one])), problems };
};
