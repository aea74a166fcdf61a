/** What is wrong with an arrow, as problems with places and fixes. */
import type { ArrowOp } from "../../core/syntax/expressions.ts";
import type { Problem, ProblemHint, Site } from "../problem.ts";
import { explainMismatch, explainWord } from "../protocol/explain.ts";
import { firstWord } from "../protocol/sends.ts";
import { type Mismatch, mostPairs } from "../protocol/subtype.ts";
import { sameSite } from "../site.ts";
import type { AutomatonValue } from "../value.ts";
import type { Caller, Facts, Provider, ProviderPort, Target, WireFact } from "./composition.ts";
import { leaves } from "./facts.ts";
import type { Candidate } from "./match.ts";
import { optionsNearby } from "./options.ts";
import type { Wiring } from "./wiring.ts";

interface Pair {
  readonly caller: Caller;
  readonly provider: Provider;
}

/** Why there can be no wire. Without places, which are looked up when it is told. */
export type WiringError =
  | (Pair & { readonly _tag: "NothingRequired" })
  | (Pair & { readonly _tag: "NothingProvided" })
  | (Pair & {
      readonly _tag: "AtOdds";
      /** The pair that is most likely meant. */
      readonly nearest: Candidate & { readonly mismatch: Mismatch };
      /** How many pairs were tried. */
      readonly tried: number;
    })
  /** The first of the candidates; nobody looks for more once there are too `many` to be told. */
  | (Pair & { readonly _tag: "Ambiguous"; readonly candidates: readonly Candidate[]; readonly many: boolean })
  /** The protocols have too many states to be compared. */
  | (Pair & { readonly _tag: "TooLarge"; readonly candidate: Candidate })
  | (Pair & { readonly _tag: "Answers"; readonly candidate: Candidate })
  /** Each instance is to be reached by itself, of what runs elsewhere. */
  | (Pair & { readonly _tag: "NoInstances"; readonly candidate: Candidate })
  /** A wire to the internet as it cannot be. */
  | (Pair & { readonly _tag: "NoInternet"; readonly why: "picked" | "message" | "name" })
  /** The requirement was wired before. */
  | (Pair & { readonly _tag: "Taken"; readonly candidate: Candidate; readonly by: WireFact })
  /** One arrow wires the requirement twice. */
  | { readonly _tag: "Clash"; readonly caller: Caller; readonly by: WireFact; readonly wire: WireFact };

/** An operand of an operator as it stands in the program. */
export interface Operand {
  readonly site: Site;
  /** Its text, where that is short: a name, or fields of one. */
  readonly text: string | null;
}

/** Where an arrow stands, for messages and fixes. */
export interface ArrowPlace {
  readonly op: ArrowOp;
  readonly site: Site;
  readonly left: Operand | null;
  readonly right: Operand | null;
}

/** The automata of some facts by name, found when first asked. */
export class Directory {
  readonly #facts: readonly Facts[];
  #byName: Map<string, AutomatonValue> | null = null;

  constructor(...facts: readonly Facts[]) {
    this.#facts = facts;
  }

  get(name: string): AutomatonValue | undefined {
    if (this.#byName === null) {
      this.#byName = new Map();
      for (const facts of this.#facts) {
        for (const fact of leaves(facts)) {
          if (fact._tag === "Member" && !this.#byName.has(fact.automaton.name)) {
            this.#byName.set(fact.automaton.name, fact.automaton);
          }
        }
      }
    }
    return this.#byName.get(name);
  }

  requirement(automaton: string, name: string): Site | null {
    return this.get(automaton)?.requires.find((port) => port.name === name)?.site ?? null;
  }

  port(target: Target): Site | null {
    return this.get(target.automaton)?.provides.find((port) => port.name === target.port)?.site ?? null;
  }
}

const at = (message: string, site: Site | null): ProblemHint =>
  site === null ? { message } : { message, site };

/** `b | c`, at most a few of them. */
export const providerName = (provider: Provider): string => {
  const names = [...new Set(provider.sources.map((source) => source.automaton))];
  return names.length > 4
    ? `${names.slice(0, 3).join(" | ")} | … (${names.length} in all)`
    : names.join(" | ");
};

/** `b.p | c.p`, at most a few of them. */
export const portsText = (to: readonly Target[]): string => {
  const texts = to.map((port) => `${port.automaton}.${port.port}`);
  return texts.length > 4
    ? `${texts.slice(0, 3).join(" | ")} | … (${texts.length} in all)`
    : texts.join(" | ");
};

/** The problems of one arrow, of which a last hint counts those that are left out. */
export const problemsOf = (wiring: Wiring, place: ArrowPlace, directory: Directory): readonly Problem[] => {
  const problems = wiring.errors.map((error) => problemOf(error, place, directory));
  const more = wiring.failures - problems.length;
  if (more <= 0) return problems;
  const last = problems[problems.length - 1]!;
  const hint: ProblemHint = { message: `${more} more of this arrow's wires cannot be made` };
  return [...problems.slice(0, -1), { ...last, hints: [...last.hints, hint] }];
};

const problemOf = (error: WiringError, place: ArrowPlace, directory: Directory): Problem => {
  const { site, op } = place;
  switch (error._tag) {
    case "NothingRequired":
      return { code: "unknown-port", site, ...nothingRequired(error.caller, directory) };
    case "NothingProvided":
      return { code: "unknown-port", site, ...nothingProvided(error.provider, directory) };
    case "AtOdds":
      return { code: "protocol-mismatch", site, ...atOdds(error, directory) };
    case "Ambiguous": {
      const { caller, provider, candidates, many } = error;
      const count = many ? `more than ${(candidates.length - 1).toLocaleString("en")}` : candidates.length;
      const message = `\`${caller.automaton} ${op} ${providerName(provider)}\` can be wired in ${count} ways`;
      return { code: "ambiguous-connection", site, message, hints: ways(error, place) };
    }
    case "TooLarge": {
      const { requirement, offer } = error.candidate;
      const names = `${error.caller.automaton}.${requirement.name} and ${portsText(offer.to)}`;
      const message = `the protocols of ${names} are too large to be compared: more than ${mostPairs} pairs of states`;
      return { code: "limit-exceeded", site, message, hints: [] };
    }
    case "Answers": {
      const name = providerName(error.provider);
      const { offer } = error.candidate;
      const word = explainWord(name, firstWord(offer.protocol)!);
      const message = `\`->\` sends messages that nobody answers, but ${word}`;
      const hints = [
        at(`\`${offer.name}: ${offer.label}\` is provided here`, directory.port(offer.to[0]!)),
        { message: "write `=>` for request and response" },
      ];
      return { code: "not-one-way", site, message, hints };
    }
    case "NoInstances":
      return { code: "type-mismatch", site, ...noInstances(error, directory) };
    case "NoInternet":
      return { site, ...noInternet(error, directory) };
    case "Taken":
      return alreadyWired(error.by, error.candidate.offer.to, site);
    case "Clash":
      return alreadyWired(error.by, error.wire.to, site);
  }
};

const noInternet = (
  { caller: { automaton, picked }, provider, why }: Extract<WiringError, { _tag: "NoInternet" }>,
  directory: Directory,
): Pick<Problem, "code" | "message" | "hints"> => {
  const name = providerName(provider);
  switch (why) {
    case "message":
      return {
        code: "not-one-way",
        message: `\`->\` sends messages that nobody answers, but hosts outside answer`,
        hints: [{ message: `write \`${automaton} => ${name}\`` }],
      };
    case "picked":
      return {
        code: "protocol-mismatch",
        message: `${automaton}.${picked} does not fit ${name}: nobody knows what hosts outside speak`,
        hints: [
          { message: `\`${automaton} => ${name}\` lets it open connections to any of them` },
          { message: "an `external` automaton is one host, and says what it speaks" },
        ],
      };
    case "name":
      return {
        code: "duplicate-name",
        message: `a wire to the internet is called \`internet\`, and so is a requirement of \`${automaton}\``,
        hints: [at("the requirement is here", directory.requirement(automaton, "internet"))],
      };
  }
};

/** A requirement has one provider, which may be a union. */
export const alreadyWired = (by: WireFact, to: readonly Target[], site: Site): Problem => {
  const requirement = `${by.from}.${by.requirement}`;
  const message = `\`${requirement}\` is wired to \`${portsText(by.to)}\`, so it cannot be wired to \`${portsText(to)}\` as well`;
  const union = `to balance over both, wire it to a union: \`${portsText([...by.to, ...to])}\``;
  const here = sameSite(by.site, site) ? [] : [{ message: "it is wired here", site: by.site }];
  const hints = [...here, { message: union }];
  return { code: "requirement-already-wired", message, site, hints };
};

type ProblemText = Pick<Problem, "message" | "hints">;

const nothingRequired = (caller: Caller, directory: Directory): ProblemText => {
  const { automaton, picked, requires } = caller;
  if (picked !== null && requires.length === 0) {
    const names = directory.get(automaton)?.requires.map((one) => one.name) ?? [];
    return {
      message: `\`${automaton}\` has no requirement \`${picked}\``,
      hints: optionsNearby(picked, new Set(names)),
    };
  }
  if (requires.length === 0) return { message: `\`${automaton}\` requires nothing`, hints: [] };
  return { message: `every requirement of \`${automaton}\` is wired already`, hints: [] };
};

const nothingProvided = (provider: Provider, directory: Directory): ProblemText => {
  const { automaton, picked } = provider.sources[0]!;
  if (picked === null) return { message: `\`${automaton}\` provides nothing`, hints: [] };
  const names = directory.get(automaton)?.provides.map((one) => one.name) ?? [];
  return {
    message: `\`${automaton}\` provides no port \`${picked}\``,
    hints: optionsNearby(picked, new Set(names)),
  };
};

const noInstances = (
  { caller, candidate }: Extract<WiringError, { _tag: "NoInstances" }>,
  directory: Directory,
): ProblemText => {
  const { requirement, offer } = candidate;
  const target = offer.to.find(({ external }) => external)!;
  return {
    message: `\`${caller.automaton}.${requirement.name}\` reaches each instance by itself, and \`${target.automaton}\` runs elsewhere: its instances are not known here`,
    hints: [
      at(`\`${portsText([target])}\` is provided here`, directory.port(target)),
      at(
        "without `each` it is reached as one service",
        directory.requirement(caller.automaton, requirement.name),
      ),
    ],
  };
};

const atOdds = (error: Extract<WiringError, { _tag: "AtOdds" }>, directory: Directory): ProblemText => {
  const { caller, provider, nearest: pair, tried } = error;
  const { requirement, offer, mismatch } = pair;
  const name = providerName(provider);
  const message = `${caller.automaton}.${requirement.name} does not fit ${portsText(offer.to)}: ${explainMismatch(caller.automaton, name, mismatch)}`;
  const hints = [
    at(
      `\`${requirement.name}: ${requirement.label}\` is required here`,
      directory.requirement(caller.automaton, requirement.name),
    ),
    at(`\`${offer.name}: ${offer.label}\` is provided here`, directory.port(offer.to[0]!)),
  ];
  if (tried > 1)
    hints.push({
      message: `no requirement of ${caller.automaton} fits a port of ${name}; this is the nearest of ${tried} pairs`,
    });
  return { message, hints };
};

/** How each of the candidates would be written, with the exact fix where the text is known. */
const ways = (
  error: Extract<WiringError, { _tag: "Ambiguous" }>,
  place: ArrowPlace,
): readonly ProblemHint[] => {
  const { caller, provider, candidates } = error;
  const { op, left, right } = place;
  const oneRequirement = candidates.every((one) => one.requirement === candidates[0]!.requirement);
  const oneOffer = candidates.every((one) => one.offer === candidates[0]!.offer);
  const from = left?.text ?? caller.automaton;
  const to = right?.text ?? toText(provider);
  return candidates.slice(0, 8).map(({ requirement, offer }: Candidate): ProblemHint => {
    const picked = (text: string, done: string | null, name: string): string =>
      done === null ? `${text}.${name}` : text;
    const [leftText, rightText] = [
      picked(from, caller.picked, requirement.name),
      picked(to, provider.sources[0]!.picked, portName(offer)),
    ];
    const message = `write \`${leftText} ${op} ${rightText}\``;
    if (oneOffer && left?.text != null) return { message, site: left.site, fix: leftText };
    if (oneRequirement && right?.text != null) return { message, site: right.site, fix: rightText };
    return { message };
  });
};

const toText = (provider: Provider): string =>
  provider.sources.length === 1 ? providerName(provider) : `(${providerName(provider)})`;

/** A name that picks the port. */
const portName = (offer: ProviderPort): string => offer.to[0]!.port;
