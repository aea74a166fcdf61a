/** A system of the program: its composition as relations, and what is wrong with the whole. */
import type { Facts } from "../language/composition/composition.ts";
import { difference } from "../language/composition/difference.ts";
import { isPoisoned, noFacts } from "../language/composition/facts.ts";
import { lowestMeeting } from "../language/composition/meeting.ts";
import type { Problem, Site } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { Definition } from "./definition.ts";
import type { Handles } from "./handle.ts";
import { type Conflict, Relations } from "./relations.ts";

export class System {
  readonly definition: Definition;
  readonly relations: Relations;
  #facts: Facts = noFacts;

  constructor(definition: Definition, handles: Handles) {
    this.definition = definition;
    this.relations = new Relations((automaton) => handles.plain(automaton));
  }

  /** Takes the value that the system's declaration came out with; returns the members it touches. */
  take(value: Value): ReadonlySet<string> {
    const facts = value._tag === "Composition" ? value.composition.facts : noFacts;
    const { removed, added } = difference(this.#facts, facts);
    this.#facts = facts;
    return this.relations.apply(removed, added);
  }

  /** Each conflict, at the place that brings the two together. */
  problems(): readonly Problem[] {
    const problems: Problem[] = [];
    for (const conflict of this.relations.conflicts)
      problems.push(conflictProblem(conflict, this.#meeting(conflict)));
    if (isPoisoned(this.#facts)) return problems;
    for (const { automaton, requirement } of this.relations.unwired()) {
      const port = automaton.requires.find(({ name }) => name === requirement)!;
      problems.push({
        code: "unsatisfied-requirement",
        message: `${automaton.name} requires ${requirement}, and nothing is wired to it`,
        site: { module: this.definition.file, declaration: this.definition.key, at: 0, focus: true },
        hints: [
          { message: `${requirement} is required here`, site: port.site },
          {
            message: `wire it: ${automaton.name}(${requirement} = …), or make it optional: requires ${requirement}?`,
          },
        ],
      });
    }
    return problems;
  }

  #meeting(conflict: Conflict): Site {
    return lowestMeeting(this.#facts, conflict.facts[0], conflict.facts[1]);
  }
}

const conflictProblem = (conflict: Conflict, site: Site): Problem => {
  const [first, second] = conflict.facts;
  switch (conflict._tag) {
    case "SameName":
      return {
        code: "duplicate-name",
        message: `two different automata are called ${conflict.name}`,
        site,
        hints: [
          { message: "one is written here", site: conflict.facts[0].automaton.site },
          { message: "the other here", site: conflict.facts[1].automaton.site },
          { message: `give one another name: … with { name "${conflict.name}_2" }` },
        ],
      };
    case "SameHost": {
      const [a, b] = [conflict.facts[0].automaton.name, conflict.facts[1].automaton.name];
      return {
        code: "duplicate-name",
        message: `${a} and ${b} would have one host name, ${conflict.host}`,
        site,
        hints: [{ message: "host names are lower case, with _ as -" }],
      };
    }
    case "TwoProviders": {
      const to = (fact: typeof first): string =>
        fact._tag === "Wire" ? fact.to.map((target) => `${target.automaton}.${target.port}`).join(" | ") : "";
      return {
        code: "requirement-already-wired",
        message: `${conflict.requirement} is wired to ${to(first)} and to ${to(second)}`,
        site,
        hints: [
          { message: `to use both, wire a union: ${conflict.requirement} => (${to(first)} | ${to(second)})` },
        ],
      };
    }
    case "OnePort":
      return {
        code: "port-conflict",
        message: `the host's port ${conflict.port.split("/")[1]} is published twice`,
        site,
        hints: [{ message: "it is published here first", site: first.site }],
      };
  }
};
