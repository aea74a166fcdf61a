/** Whether and how one automaton can be wired to one provider. */
import { sends } from "../protocol/sends.ts";
import { type Mismatch, mismatchOf } from "../protocol/subtype.ts";
import type { Caller, Offer, Provider, Requirement, WireFact, WireKind } from "./composition.ts";
import { samePorts } from "./unite.ts";

/** A requirement and a port that might go together. */
export interface Candidate {
  readonly requirement: Requirement;
  readonly offer: Offer;
}

interface Pair {
  readonly caller: Caller;
  readonly provider: Provider;
}

/** Why there can be no wire. Without places, which are looked up when it is told. */
export type Trouble =
  | (Pair & { readonly _tag: "NothingRequired" })
  | (Pair & { readonly _tag: "NothingProvided" })
  | (Pair & {
      readonly _tag: "AtOdds";
      /** The pair that is most likely meant. */
      readonly nearest: Candidate & { readonly mismatch: Mismatch };
      /** How many pairs were tried. */
      readonly tried: number;
    })
  | (Pair & { readonly _tag: "Ambiguous"; readonly candidates: readonly Candidate[] })
  /** The protocols have too many states to be compared. */
  | (Pair & { readonly _tag: "TooLarge"; readonly candidate: Candidate })
  | (Pair & { readonly _tag: "Answers"; readonly candidate: Candidate })
  /** The requirement was wired before. */
  | (Pair & { readonly _tag: "Taken"; readonly candidate: Candidate; readonly by: WireFact })
  /** One arrow wires the requirement twice. */
  | { readonly _tag: "Clash"; readonly caller: Caller; readonly by: WireFact; readonly wire: WireFact };

/** A wire to be made; null where the very wire is there already; or why there can be none. */
export type Match = Candidate | Trouble | null;

export const isTrouble = (match: Candidate | Trouble): match is Trouble => "_tag" in match;

/** `wires` are those that the caller has already. */
export const match = (
  caller: Caller,
  provider: Provider,
  kind: WireKind,
  wires: readonly WireFact[],
): Match => {
  const pair = { caller, provider };
  if (provider.offers.length === 0) return { ...pair, _tag: "NothingProvided" };
  const taken = (requirement: Requirement): WireFact | undefined =>
    wires.find((wire) => wire.requirement === requirement.name);
  const fitting: Candidate[] = [];
  for (const requirement of caller.requires) {
    for (const offer of provider.offers) {
      const mismatch = mismatchOf(offer.protocol, requirement.protocol);
      if (mismatch === "exceeded") return { ...pair, _tag: "TooLarge", candidate: { requirement, offer } };
      if (mismatch === null) fitting.push({ requirement, offer });
    }
  }
  const wired = (candidate: Candidate): Match => {
    const answers = kind === "message" && sends(candidate.offer.protocol);
    return answers ? { ...pair, _tag: "Answers", candidate } : candidate;
  };
  const open =
    wires.length === 0 ? fitting : fitting.filter(({ requirement }) => taken(requirement) === undefined);
  if (open.length > 1) return { ...pair, _tag: "Ambiguous", candidates: open };
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

/** The pair that is most likely meant: of like names, or else the one that parts last. */
const nearest = (
  requirements: readonly Requirement[],
  offers: readonly Offer[],
): Omit<Extract<Trouble, { _tag: "AtOdds" }>, keyof Pair> => {
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
