/** A system as a graph of its automata, read from the resources it asks for. */
import { compareNames } from "../../core/natural.ts";
import { portsText, publishedPorts } from "../../core/port-range.ts";
import { externalOf, type Publication, type Resource, type Transport } from "../../core/resource.ts";
import { isExternal } from "../../language/value.ts";
import type { Program } from "../../program/program.ts";

export interface GraphService {
  readonly port: string;
  readonly transport: Transport;
  readonly number: number;
}

export interface GraphAutomaton {
  readonly name: string;
  readonly instances: number;
  /** It runs elsewhere, and has no instances here. */
  readonly external?: true;
  /** Sorted by name, as are the requirements. */
  readonly services: readonly GraphService[];
  readonly requirements: readonly string[];
}

export interface GraphWire {
  /** `a.req` and `b.port`: a requirement wired to a union has a wire to each of it. */
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "message";
}

export interface GraphPublication {
  readonly hostPort: number;
  /** The last of several ports of the host that follow each other. */
  readonly last?: number;
  readonly transport: Transport;
  readonly to: string;
}

/** The ports of the host at which it is published, in words. */
export const entryText = (publication: GraphPublication): string =>
  `host ${publication.transport} ${portsText(publishedPorts(publication))}`;

const hostPortsOf = ({ hostPort, last }: Publication): Pick<GraphPublication, "hostPort" | "last"> => ({
  hostPort,
  ...(last === undefined ? {} : { last }),
});

export interface SystemGraph {
  readonly system: string;
  readonly automata: readonly GraphAutomaton[];
  readonly wires: readonly GraphWire[];
  readonly publications: readonly GraphPublication[];
}

/** Of a service's id the ports that answer: one, or those of a union. */
export const providersOf = (id: string): readonly string[] => id.split("|");

/** `a.port` is the port `port` of `a`. */
export const splitPort = (port: string): { readonly automaton: string; readonly name: string } => {
  const at = port.lastIndexOf(".");
  return { automaton: port.slice(0, at), name: port.slice(at + 1) };
};

const byName =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    compareNames(key(a), key(b));

/** What is told of how many there are: `×3`, `elsewhere`. */
export const countOf = ({ instances, external }: GraphAutomaton): string =>
  external === true ? "elsewhere" : `×${instances}`;

interface Draft {
  instances: number;
  external?: true;
  readonly services: Map<string, GraphService>;
  readonly requirements: Set<string>;
}

/** The graph of a system of a program: it says which automata run elsewhere, also where names are not resolved. */
export const graphOfProgram = (system: string, program: Program): SystemGraph =>
  graphOf(system, program.resources(), (name) => {
    const member = program.augmentation.get(name)?.member;
    return member !== undefined && member._tag !== "Union" && isExternal(member.automaton);
  });

/** `isElsewhere`: whether an automaton runs elsewhere, besides those to which there is a way out. */
export const graphOf = (
  system: string,
  resources: Iterable<Resource>,
  isElsewhere: (automaton: string) => boolean = () => false,
): SystemGraph => {
  const drafts = new Map<string, Draft>();
  const draft = (name: string): Draft => {
    const known = drafts.get(name);
    if (known !== undefined) return known;
    const made: Draft = { instances: 0, services: new Map(), requirements: new Set() };
    drafts.set(name, made);
    return made;
  };
  const offer = (id: string, transport: Transport, number: number): void => {
    for (const port of providersOf(id)) {
      const { automaton, name } = splitPort(port);
      draft(automaton).services.set(name, { port: name, transport, number });
    }
  };
  const wires: GraphWire[] = [];
  const publications: GraphPublication[] = [];
  for (const resource of resources) {
    switch (resource.kind) {
      case "hub":
      case "process":
        break;
      case "hosts":
        draft(resource.automaton);
        break;
      case "instance":
        draft(resource.automaton).instances++;
        break;
      case "egress":
        if (externalOf(resource) !== null) draft(resource.automaton).external = true;
        break;
      case "service":
        offer(resource.id, resource.transport, resource.number);
        break;
      case "wire":
        draft(resource.automaton).requirements.add(resource.requirement);
        offer(resource.service, resource.transport, resource.number);
        for (const to of providersOf(resource.service))
          wires.push({
            from: `${resource.automaton}.${resource.requirement}`,
            to,
            kind: resource.oneWay ? "message" : "request",
          });
        break;
      case "publication":
        offer(resource.service, resource.transport, resource.number);
        for (const to of providersOf(resource.service))
          publications.push({ ...hostPortsOf(resource), transport: resource.transport, to });
        break;
    }
  }
  return {
    system,
    automata: [...drafts]
      .map(([name, { instances, external, services, requirements }]) => ({
        name,
        instances,
        ...(external === true || isElsewhere(name) ? { external: true as const } : {}),
        services: [...services.values()].sort(byName(({ port }) => port)),
        requirements: [...requirements].sort(compareNames),
      }))
      .sort(byName(({ name }) => name)),
    wires: wires.sort(byName(({ from, to }) => `${from} ${to}`)),
    publications: publications.sort(
      (a, b) => a.hostPort - b.hostPort || byName<GraphPublication>(({ to }) => to)(a, b),
    ),
  };
};
