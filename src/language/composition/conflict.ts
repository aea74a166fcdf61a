/** What is wrong when things that are each right come together: as problems. */
import { hostName } from "../host-name.ts";
import type { Problem, ProblemHint, Site } from "../problem.ts";
import type { AutomatonValue, RequiredPort } from "../value.ts";
import type { PublishFact } from "./composition.ts";
import { differences } from "./meaning.ts";
import { portsText } from "./wiring-errors.ts";

/** One name, two meanings. */
export const duplicateName = (one: AutomatonValue, other: AutomatonValue, site: Site): Problem => {
  const clauses = differences(one, other);
  const how = clauses.length === 0 ? "" : `, which differ in \`${clauses.join("`, `")}\``;
  return {
    code: "duplicate-name",
    message: `two automata are called \`${one.name}\`${how}`,
    site,
    hints: [
      { message: "one is here", site: one.site },
      { message: "the other is here", site: other.site },
      { message: `give one of them another name: \`… with { name "${one.name}_2" }\`` },
    ],
  };
};

/** Two names, one host name. */
export const hostNameClash = (one: AutomatonValue, other: AutomatonValue, site: Site): Problem => ({
  code: "duplicate-name",
  message: `\`${one.name}\` and \`${other.name}\` would both be the host \`${hostName(one.name)}\``,
  site,
  hints: [
    { message: `\`${one.name}\` is here`, site: one.site },
    { message: `\`${other.name}\` is here`, site: other.site },
  ],
});

/** One port of the host, two that are reached there. */
export const portConflict = (one: PublishFact, other: PublishFact, site: Site): Problem => ({
  code: "port-conflict",
  message: `\`${portsText(one.to)}\` and \`${portsText(other.to)}\` are both published at ${one.to[0]!.transport} port ${Math.max(one.hostPort, other.hostPort)} of the host`,
  site,
  hints: [
    { message: `\`${portsText(one.to)}\` is published here`, site: one.site },
    { message: `\`${portsText(other.to)}\` is published here`, site: other.site },
  ],
});

/** A requirement of a system's automaton that is wired to nobody; `site` is the system's. */
export const unsatisfied = (
  automaton: AutomatonValue,
  requirement: RequiredPort,
  providers: readonly string[],
  site: Site,
): Problem => {
  const name = `${automaton.name}.${requirement.name}`;
  const ways: readonly ProblemHint[] = providers.map((port) => ({ message: `write \`${name} => ${port}\`` }));
  const optional = {
    message: `or make it optional: \`requires ${requirement.name}?: ${requirement.label}\``,
  };
  return {
    code: "unsatisfied-requirement",
    message: `\`${name}\` is wired to no provider of \`${requirement.label}\``,
    site,
    hints: [
      { message: "it is required here", site: requirement.site },
      ...ways,
      ...(ways.length > 0 ? [optional] : []),
    ],
  };
};
