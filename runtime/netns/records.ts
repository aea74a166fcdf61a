/** From what the hub's table holds back to the resources that it stands for. */
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import {
  type Egress,
  type Endpoint,
  egressKey,
  type Publication,
  publicationKey,
  type ResourceKey,
  type Service,
  serviceKey,
  type Wire,
  wireKey,
} from "../../src/core/resource.ts";
import { difference, type Elements } from "../nftables/ruleset.ts";
import { elementsOfAll, isWhole } from "./count.ts";
import { type Filtered, originOf } from "./element.ts";
import { readRecords } from "./registry.ts";
import { setNames } from "./sets.ts";

const Transport = t.union([t.literal("tcp"), t.literal("udp")]);
const Address = t.type({ v4: t.union([t.string, t.null]), v6: t.string });
const AddressPair = t.type({ v4: t.union([t.string, t.null]), v6: t.union([t.string, t.null]) });

const EndpointPlace = t.intersection([
  t.type({ instance: t.string, address: AddressPair, number: t.number }),
  t.partial({ host: t.string }),
]);

const ServiceRecord = t.intersection([
  t.type({
    kind: t.literal("service"),
    automaton: t.string,
    id: t.string,
    transport: Transport,
    number: t.number,
    vip: Address,
  }),
  t.partial({ last: t.number }),
]);
const EndpointRecord = t.type({
  kind: t.literal("endpoint"),
  service: t.string,
  endpoint: EndpointPlace,
});
const WireRecord = t.intersection([
  t.type({
    kind: t.literal("wire"),
    automaton: t.string,
    requirement: t.string,
    origin: t.number,
    service: t.string,
    vip: Address,
    transport: Transport,
    number: t.number,
    oneWay: t.boolean,
  }),
  t.partial({
    last: t.number,
    each: t.array(
      t.intersection([t.type({ address: Address, number: t.number }), t.partial({ last: t.number })]),
    ),
    anywhere: t.literal(true),
  }),
]);
const PublicationRecord = t.intersection([
  t.type({
    kind: t.literal("publication"),
    automaton: t.string,
    hostPort: t.number,
    transport: Transport,
    service: t.string,
    vip: Address,
    number: t.number,
  }),
  t.partial({ last: t.number }),
]);
const EgressRecord = t.intersection([
  t.type({
    kind: t.literal("egress"),
    automaton: t.string,
    service: t.string,
    vip: Address,
    transport: Transport,
    to: t.array(EndpointPlace),
  }),
  t.partial({ anywhere: t.literal(true) }),
]);
const AnyRecord = t.union([ServiceRecord, EndpointRecord, WireRecord, PublicationRecord, EgressRecord]);

/** As the passes order them: provider by provider as in the service's id, then by index. */
const inOrder = (id: string, endpoints: readonly Endpoint[]): readonly Endpoint[] => {
  const providers = id.split("|").map((provider) => provider.slice(0, provider.lastIndexOf(".")));
  const place = ({ instance }: Endpoint): readonly [number, number] => {
    const cut = instance.lastIndexOf("/");
    const automaton = instance.slice(instance.indexOf("/") + 1, cut);
    return [providers.indexOf(automaton), Number(instance.slice(cut + 1))];
  };
  return [...endpoints].sort((a, b) => {
    const [left, right] = [place(a), place(b)];
    return left[0] - right[0] || left[1] - right[1];
  });
};

/** The resources that records tell of, whether their elements are there or not. */
const recorded = (records: readonly unknown[]): readonly Filtered[] => {
  const found: Filtered[] = [];
  const services: Omit<Service, "endpoints">[] = [];
  const endpoints = new Map<string, Endpoint[]>();
  for (const record of records) {
    const decoded = AnyRecord.decode(record);
    if (isLeft(decoded)) continue;
    const value = decoded.right;
    switch (value.kind) {
      case "service": {
        services.push({ ...value, key: serviceKey(value.id) });
        break;
      }
      case "endpoint": {
        const list = endpoints.get(value.service) ?? [];
        list.push({ ...value.endpoint, instance: value.endpoint.instance as ResourceKey });
        endpoints.set(value.service, list);
        break;
      }
      case "wire": {
        const key = wireKey(value.automaton, value.requirement);
        found.push({ ...value, key } satisfies Wire);
        break;
      }
      case "egress": {
        const to = value.to.map((one) => ({ ...one, instance: one.instance as ResourceKey }));
        found.push({ ...value, to, key: egressKey(value.service) } satisfies Egress);
        break;
      }
      case "publication": {
        const key = publicationKey(value.transport, value.hostPort);
        found.push({ ...value, key } satisfies Publication);
        break;
      }
    }
  }
  for (const service of services) {
    found.push({ ...service, endpoints: inOrder(service.id, endpoints.get(service.key) ?? []) });
  }
  return found;
};

/** Origins by link. */
export const origins = (elements: Elements): ReadonlyMap<string, number> =>
  new Map([...elements.values()].filter(({ set }) => set === setNames.origin).map(originOf));

export interface Explained {
  /** Resources of which every element is there as it must be. */
  readonly resources: readonly Filtered[];
  /** Whether nothing else is there. */
  readonly exact: boolean;
}

/** Which resources the elements make up; `instances` as their namespaces show them. */
export const explainElements = (elements: Elements, instances: readonly Filtered[]): Explained => {
  const registry = [...elements.values()].filter(({ set }) => set === setNames.registry);
  const told = [...instances, ...recorded(readRecords(registry.map(({ element }) => element)))];
  const wanted = elementsOfAll(told);
  const resources = told.filter((resource) => isWhole(resource, wanted, elements));
  const explained = resources.length === told.length ? wanted : elementsOfAll(resources);
  const { removed, added } = difference(elements, explained);
  return { resources, exact: removed.length === 0 && added.length === 0 };
};
