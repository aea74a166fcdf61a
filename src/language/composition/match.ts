/** Whether and how one automaton can be wired to one provider. */
import { sends } from "../protocol/sends.ts";
import { type Mismatch, mismatchOf } from "../protocol/subtype.ts";
import type { Caller, Provider, ProviderPort, Requirement, WireFact, WireKind } from "./composition.ts";
import { samePorts } from "./unite.ts";
import type { WiringError } from "./wiring-errors.ts";

/** A requirement and a port that might go together. */
export interface Candidate {
  readonly requirement: Requirement;
  readonly offer: ProviderPort;
}

interface Pair {
  readonly caller: Caller;
  readonly provider: Provider;
}

/** A wire to be made; null where the very wire is there already; or why there can be none. */
export type Match = Candidate | WiringError | null;

export const isWiringError = (match: Candidate | WiringError): match is WiringError => "_tag" in match;

/** So many candidates are looked for. */
const most = 1_000;

/** `wires` are those that the caller has already. */
export const match = (
  caller: Caller,
  provider: Provider,
  kind: WireKind,
  wires: readonly WireFact[],
): Match => {
  const pair = { caller, provider };
  if (provider.offers.length === 0) return { ...pair, _tag: "NothingProvided" };
  const internet = provider.offers.find(({ to }) => to[0]!.anywhere);
  if (internet !== undefined) return matchInternet(pair, internet, kind, wires);
  const taken = (requirement: Requirement): WireFact | undefined =>
    wires.find((wire) => wire.requirement === requirement.name);
  const fitting: Candidate[] = [];
  const open: Candidate[] = [];
  for (const requirement of caller.requires) {
    const isOpen = taken(requirement) === undefined;
    for (const offer of provider.offers) {
      const mismatch = mismatchOf(offer.protocol, requirement.protocol);
      if (mismatch === "exceeded") return { ...pair, _tag: "TooLarge", candidate: { requirement, offer } };
      if (mismatch !== null) continue;
      const candidate = { requirement, offer };
      fitting.push(candidate);
      if (isOpen) open.push(candidate);
      if (open.length > most) return { ...pair, _tag: "Ambiguous", candidates: open, many: true };
    }
  }
  const wired = (candidate: Candidate): Match => {
    const { requirement, offer } = candidate;
    if (requirement.each && offer.to.some(({ external }) => external))
      return { ...pair, _tag: "NoInstances", candidate };
    const answers = kind === "message" && sends(offer.protocol);
    return answers ? { ...pair, _tag: "Answers", candidate } : candidate;
  };
  if (open.length > 1) return { ...pair, _tag: "Ambiguous", candidates: open, many: false };
  if (open.length === 1) return wired(open[0]!);
  const there = fitting.find(({ requirement, offer }) => samePorts(taken(requirement)!.to, offer.to));
  if (there !== undefined) {
    // Written both ways, it is a wire of both kinds.
    const kinds = wires
      .filter((wire) => wire.requirement === there.requirement.name)
      .map((wire) => wire.kind);
    return kinds.includes(kind) ? null : wired(there);
  }
  if (fitting.length > 0) {
    const candidate = fitting[0]!;
    return { ...pair, _tag: "Taken", candidate, by: taken(candidate.requirement)! };
  }
  const free = caller.requires.filter((requirement) => taken(requirement) === undefined);
  if (free.length === 0) return { ...pair, _tag: "NothingRequired" };
  return { ...pair, ...nearest(free, provider.offers) };
};

/** Who is wired to the internet requires no port of it: the wire has the name of its end. */
const matchInternet = (
  pair: Pair,
  offer: ProviderPort,
  kind: WireKind,
  wires: readonly WireFact[],
): Match => {
  const requirement = {
    name: "internet",
    protocol: offer.protocol,
    label: offer.label,
    optional: true,
    each: false,
  };
  const candidate = { requirement, offer };
  const { picked, requires } = pair.caller;
  if (picked !== null) return { ...pair, _tag: "NoInternet", why: "picked" };
  if (kind === "message") return { ...pair, _tag: "NoInternet", why: "message" };
  if (requires.some(({ name }) => name === requirement.name))
    return { ...pair, _tag: "NoInternet", why: "name" };
  const there = wires.find((wire) => wire.requirement === requirement.name);
  if (there === undefined) return candidate;
  return samePorts(there.to, offer.to) ? null : { ...pair, _tag: "Taken", candidate, by: there };
};

/** The pair that is most likely meant: of like names, or else the one that parts last. */
const nearest = (
  requirements: readonly Requirement[],
  offers: readonly ProviderPort[],
): Omit<Extract<WiringError, { _tag: "AtOdds" }>, keyof Pair> => {
  let best: (Candidate & { readonly mismatch: Mismatch }) | null = null;
  let most = -1;
  for (const requirement of requirements) {
    for (const offer of offers) {
      const mismatch = mismatchOf(offer.protocol, requirement.protocol) as Mismatch;
      const alike = offer.to.some(
        (port) => port.port === requirement.name || port.automaton === requirement.name,
      );
      const score = mismatch.path.length + (alike ? 1000 : 0);
      if (score <= most) continue;
      best = { requirement, offer, mismatch };
      most = score;
    }
  }
  return { _tag: "AtOdds", nearest: best!, tried: requirements.length * offers.length };
};
