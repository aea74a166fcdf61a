/** What is wrong with an operation itself, apart from the pairs that an arrow tries. */

import { counted } from "../../core/tally.ts";
import type { Problem, ProblemHint, Site } from "../problem.ts";
import type { Caller, Composition, Face, Provider, ProviderPort, Target } from "./composition.ts";
import { ends } from "./face.ts";
import { options, optionsNearby } from "./options.ts";
import { portNames, requirementNames } from "./pick.ts";
import type { Disunion } from "./unite.ts";
import { type Directory, portsText } from "./wiring-errors.ts";

const problem = (
  code: Problem["code"],
  message: string,
  site: Site,
  hints: readonly ProblemHint[] = [],
): Problem => ({ code, message, site, hints });

/** The automata of a face in a few words. */
const who = (face: Face<Caller | Provider>): string => {
  const names = new Set<string>();
  for (const end of ends<Caller | Provider>(face)) {
    for (const name of end._tag === "Caller" ? [end.automaton] : end.sources.map((one) => one.automaton)) {
      names.add(name);
      if (names.size > 3) return "none of these automata";
    }
  }
  const all = [...names];
  if (all.length < 2) return all.length === 0 ? "nobody here" : `\`${all[0]}\``;
  return `none of \`${all.join("`, `")}\``;
};

/** `x has`, `none of a, b has`: a sentence about all of them. */
const lacks = (face: Face<Caller | Provider>, what: string): string => {
  const name = who(face);
  return name.startsWith("`") ? `${name} has no ${what}` : `${name} has a ${what}`;
};

export const tooLarge = (limit: number, site: Site): Problem =>
  problem("limit-exceeded", `this composition has more than ${limit} members, wires and publications`, site);

export const tooManyPairs = (callers: number, providers: number, limit: number, site: Site): Problem =>
  problem("limit-exceeded", `this arrow has ${callers} times ${providers} pairs, more than ${limit}`, site);

/** An argument that is no requirement; `site` is its name's. */
export const noArgument = (x: Composition, name: string, site: Site): Problem => {
  const message = lacks(x.back, `requirement \`${name}\``);
  if (!portNames(x.front).has(name))
    return problem("unknown-port", message, site, options(name, requirementNames(x.back)));
  return problem("unknown-port", message, site, [{ message: `\`${name}\` is a port that it provides` }]);
};

/** Left of an arrow. */
export const noRequirement = (x: Composition, port: string, site: Site): Problem => {
  const { message, hints } = noArgument(x.pick?.from ?? x, port, site);
  return problem(
    "unknown-port",
    message,
    site,
    hints.map((hint) => ({ message: hint.message })),
  );
};

/** Right of an arrow, or published. */
export const noProvided = (y: Composition, port: string, site: Site): Problem => {
  const from = y.pick?.from ?? y;
  const hints = requirementNames(from.back).has(port)
    ? [{ message: `\`${port}\` is a requirement of it` }]
    : optionsNearby(port, portNames(from.front));
  return problem("unknown-port", lacks(from.front, `provided port \`${port}\``), site, hints);
};

/** `x.port` where x has nothing of that name; `site` is the name's. */
export const noSuchPort = (x: Composition, port: string, site: Site): Problem => {
  const from = x.pick?.from ?? x;
  return problem(
    "unknown-port",
    lacks(from.back, `port or requirement \`${port}\``),
    site,
    options(port, portNames(from.front), requirementNames(from.back)),
  );
};

/** `publish(internet, 80)` */
export const publishedInternet = (site: Site): Problem =>
  problem("type-mismatch", "`internet` cannot be published: it is no one port", site);

/** `publish` of a range of ports at other numbers than its own. */
export const publishedElsewhere = (to: readonly Target[], site: Site): Problem =>
  problem(
    "type-mismatch",
    `\`${portsText(to)}\` is a range of ports, which is published at its own numbers, ${to[0]!.number} to ${to[0]!.last}`,
    site,
    [{ message: `write \`publish(${portsText(to)}, ${to[0]!.number})\`` }],
  );

/** `publish` of what has no port, or several. */
export const notOnePort = (
  x: Composition,
  offers: readonly ProviderPort[],
  hostPort: number,
  site: Site,
): Problem => {
  if (offers.length === 0)
    return problem("unknown-port", `${lacks(x.front, "provided port")} that could be published`, site);
  const providers = [...ends(x.front)];
  const shown = offers.slice(0, 8);
  if (providers.length > 1) {
    const texts = shown.map((offer) => `\`${portsText(offer.to)}\``).join(" and ");
    const union = shown.map((offer) => portsText(offer.to)).join(" | ");
    const hint = { message: `to balance over them, publish a union: \`publish(${union}, ${hostPort})\`` };
    return problem("port-conflict", `${texts} would all be published at port ${hostPort}`, site, [hint]);
  }
  const hints = shown.map((offer) => ({ message: `write \`publish(${portsText(offer.to)}, ${hostPort})\`` }));
  return problem(
    "ambiguous-connection",
    `${who(x.front)} provides ${counted(offers.length, "port")}, of which one can be published`,
    site,
    hints,
  );
};

/** Providers that cannot be one. */
export const noUnion = (why: Disunion, directory: Directory, site: Site): Problem => {
  switch (why._tag) {
    case "Conflict": {
      const { one, other } = why;
      const how =
        one.transport !== other.transport
          ? "are on different transports"
          : one.protocol.key !== other.protocol.key
            ? "speak different protocols"
            : "have different numbers, of which one is a range";
      const message = `requests to \`${one.automaton}.${one.port}\` and \`${other.automaton}.${other.port}\` cannot be told apart: they ${how}`;
      const hints = [one, other].map((port): ProblemHint => {
        const place = directory.port(port);
        const text = `\`${port.port}: ${port.label} on ${port.transport}\` of ${port.automaton}`;
        return place === null ? { message: text } : { message: `${text} is here`, site: place };
      });
      return problem("ambiguous-union", message, site, hints);
    }
    case "Unclear": {
      const message = `it is not clear which of \`${portsText(why.ports)}\` go together`;
      const [first] = why.ports;
      const other = why.ports.find((port) => port.automaton !== first!.automaton);
      const fix = other === undefined ? [] : [{ message: `name them: \`${portsText([first!, other])}\`` }];
      return problem("ambiguous-union", message, site, fix);
    }
    case "NothingShared": {
      const names = why.sources.slice(0, 4).map((source) => `\`${source.automaton}\``);
      const message = `${names.join(" and ")} provide no port of one protocol and transport`;
      return problem("ambiguous-union", message, site);
    }
  }
};
