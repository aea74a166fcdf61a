/**
 * From text to resources, plainly: everything from scratch, each step by its definition,
 * nothing remembered. Slow, short and independent of the engine: the measure of it.
 */
import { Document } from "../../grammar/document.ts";
import { passes, spaces } from "../../passes/chain.ts";
import type { Reader } from "../../src/core/pass.ts";
import { hubKey, type Resource } from "../../src/core/resource.ts";
import { Slots } from "../../src/core/slots.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import type { Fact, Facts, Target } from "../../src/language/composition/composition.ts";
import { evaluateDeclaration } from "../../src/language/evaluate.ts";
import { type Member, ownerOf, serviceId } from "../../src/language/member.ts";
import type { Problem } from "../../src/language/problem.ts";
import type { Value } from "../../src/language/value.ts";
import { defaultLimits, type World } from "../../src/language/world.ts";

export interface Inputs {
  readonly inputs: ReadonlyMap<string, Value>;
  /** By the name that passes know: `observed a.connections`. */
  readonly cells: ReadonlyMap<string, unknown>;
}

export interface Result {
  readonly values: ReadonlyMap<string, Value>;
  readonly problems: readonly Problem[];
  readonly desired: Readonly<Record<string, Resource>>;
}

const factsIn = (facts: Facts): Fact[] =>
  facts._tag === "Join" ? facts.parts.flatMap(factsIn) : facts._tag === "Poisoned" ? [] : [facts];

const membersOf = (facts: readonly Fact[]): Member[] => {
  const members = new Map<string, Member>();
  const publications = (owner: string) => {
    const own = facts.filter((fact) => fact._tag === "Publish" && ownerOf(fact.to) === owner);
    const seen = new Map(
      own.map((fact) => [`${(fact as { hostPort: number }).hostPort}`, fact as Fact & { _tag: "Publish" }]),
    );
    return [...seen.values()]
      .map(({ hostPort, to }) => ({ hostPort, to }))
      .sort((a, b) => a.hostPort - b.hostPort);
  };
  const union = (to: readonly Target[]): void => {
    const key = serviceId(to);
    if (to.length > 1) members.set(key, { _tag: "Union", key, targets: to, publications: publications(key) });
  };
  for (const fact of facts) {
    if (fact._tag !== "Member") {
      union(fact.to);
      continue;
    }
    const { automaton } = fact;
    const wires = new Map<
      string,
      { requirement: string; kind: "request" | "message"; to: readonly Target[] }
    >();
    for (const wire of facts) {
      if (wire._tag !== "Wire" || wire.from !== automaton.name) continue;
      const before = wires.get(wire.requirement);
      const kind = before?.kind === "request" ? "request" : wire.kind;
      wires.set(wire.requirement, { requirement: wire.requirement, kind, to: wire.to });
    }
    members.set(automaton.name, {
      _tag: "Automaton",
      key: automaton.name,
      automaton,
      wires: [...wires.values()].sort((a, b) => (a.requirement < b.requirement ? -1 : 1)),
      publications: publications(automaton.name),
    });
  }
  return [...members.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
};

const augment = (
  system: string,
  members: readonly Member[],
  { inputs, cells }: Inputs,
  file: string,
): Record<string, unknown>[] => {
  const slots = new Map(Object.entries(spaces).map(([name, space]) => [name, new Slots(space)]));
  const attributes = members.map((): Record<string, unknown> => ({}));
  const byKey = new Map(members.map(({ key }, i) => [key, attributes[i]!]));
  const directory = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
  for (const pass of passes) {
    // Twice: the first time tells who asks for slots, the second reads what they got.
    for (let round = 0; round < 2; round++) {
      const made = members.map((member, i) => {
        const read: Reader = {
          cell: (name) => {
            if (name === "system") return system;
            if (name === "directory") return directory;
            return name.startsWith("input ") ? inputs.get(name.slice(6)) : cells.get(name);
          },
          attribute: (of, from, field) =>
            (byKey.get(of)?.[from] as Record<string, unknown> | undefined)?.[field],
          slot: (space, identity) => slots.get(space)!.claim(identity, "", new Set()),
          problem: () => {},
        };
        return pass.algebra(member, attributes[i]!, read);
      });
      made.forEach((adds, i) => {
        attributes[i]![pass.name] = adds;
      });
    }
  }
  return attributes;
};

/** Interprets a text that has no imports. Cycles are the caller's to keep out. */
export const fromScratch = (file: string, text: string, given: Inputs): Result => {
  const document = Document.parse(text, new Terms());
  const terms = new Map<string, { readonly term: Term; readonly key: string }>();
  for (const { names, term, key } of document.declarations) {
    for (const name of names) if (term !== null && !terms.has(name)) terms.set(name, { term, key });
  }
  const values = new Map<string, Value>();
  const problems: Problem[] = [];
  const meaningOf = (name: string): Value | undefined => {
    if (values.has(name)) return values.get(name);
    const definition = terms.get(name);
    if (definition === undefined) return undefined;
    const world: World = {
      module: file,
      limits: defaultLimits,
      global: meaningOf,
      globals: () => terms.keys(),
      input: (input, fallback) => given.inputs.get(input) ?? fallback,
      observed: (of, cell) => (of === null ? (cell === "cpus" ? 1 : 2 ** 30) : 0),
      remember: (_, compute) => compute(world),
    };
    const outcome = evaluateDeclaration(definition.term, definition.key, world);
    values.set(name, outcome.value);
    problems.push(...outcome.problems);
    return outcome.value;
  };
  for (const name of terms.keys()) meaningOf(name);
  const system = [...terms].find(([, { term }]) => term.node._tag === "SystemDecl")?.[0];
  const value = system === undefined ? undefined : values.get(system);
  if (system === undefined || value?._tag !== "Composition") return { values, problems, desired: {} };
  const members = membersOf(factsIn(value.composition.facts));
  const desired: Record<string, Resource> = {};
  if (members.length > 0) {
    desired[hubKey] = { kind: "hub", key: hubKey, automaton: null, system, netns: `${system}.hub` };
  }
  for (const attributes of augment(system, members, given, file)) {
    for (const resource of attributes.resources as readonly Resource[]) desired[resource.key] = resource;
  }
  return { values, problems, desired };
};
