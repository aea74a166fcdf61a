/** A small system of resources, for tests of what is compared: two automata wired to each other. */
import {
  type Hosts,
  type Hub,
  hostsKey,
  hubKey,
  type Instance,
  instanceKey,
  type Process,
  processKey,
  type Resource,
  type ResourceKey,
  type Service,
} from "../../src/core/resource.ts";
import { byKey, resourcesOf } from "../runtime/model.ts";

export const hub: Hub = { kind: "hub", key: hubKey, automaton: null, system: "s", netns: "s.hub" };

const of = byKey(
  resourcesOf({
    system: "s",
    automata: [
      { name: "web", count: 3, requires: [{ name: "api", to: "api.p" }] },
      { name: "api", count: 3, offers: [{ port: "p", transport: "tcp", number: 9000 }] },
    ],
  }),
);

const find = <R extends Resource>(key: ResourceKey): R => of.get(key) as R;

export const instance = (automaton: string, index: number): Instance =>
  find<Instance>(instanceKey(automaton, index));
export const hosts = find<Hosts>(hostsKey("web"));
export const service: Service = find<Service>("service/api.p" as ResourceKey);
export const wire = find<Extract<Resource, { readonly kind: "wire" }>>("wire/web.api" as ResourceKey);
export const process = (automaton: string, index: number, spec = "one"): Process => ({
  kind: "process",
  key: processKey(automaton, index),
  automaton,
  index,
  netns: `s.${automaton}.${index}`,
  argv: ["sleep", spec],
  env: {},
  cwd: "/",
  spec,
  care: { restart: "always", probe: null },
});

/** `web` has a host table, and `api` a service. */
export const whole: readonly Resource[] = [
  ...[hub, instance("web", 0), instance("api", 0), service, wire, hosts],
  ...[process("web", 0), process("api", 0)],
];
