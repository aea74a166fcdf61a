/**
 * The algebra of compositions: open graphs of automata. The front is what clients at the left
 * reach; the back is what requires something at the right.
 *
 * Overlay is associative, commutative and idempotent, with `[]` as its unit. `=>` and `->`
 * are associative and distribute over overlay on both sides. Union is associative,
 * commutative and idempotent. `x(r = y)` has the wires of `x.r => y`. All of this is
 * meant of what compositions say, and where nothing is wrong.
 *
 * What is wrong is reported once; the result then holds what could be made, and is
 * poisoned, so that nothing is reported that fails for that reason alone. An operation on
 * the same compositions gives the same object again.
 */
import { isRange } from "../../core/port-range.ts";
import type { ArrowOp } from "../../core/syntax/expressions.ts";
import type { Problem, Site } from "../problem.ts";
import type { Value } from "../value.ts";
import type { EvaluationResult } from "../world.ts";
import { coerce, failed } from "./coerce.ts";
import type { Composition, Facts } from "./composition.ts";
import { countOf, ends, nobody, together } from "./face.ts";
import { isPoisoned, join, poisoned, sizeOf } from "./facts.ts";
import { pickCallers, pickProviders } from "./pick.ts";
import * as refusal from "./refusal.ts";
import { composed, defaultLimit, remembered, result } from "./result.ts";
import { unite } from "./unite.ts";
import { type Wired, WireIndex, wiredIn } from "./wired.ts";
import { wire } from "./wiring.ts";
import { Directory, type Operand, problemsOf } from "./wiring-errors.ts";

/** What is wrong with operands: mostly nothing. */
const problemsWith = (operands: readonly EvaluationResult<Composition>[]): readonly Problem[] =>
  operands.every(({ problems }) => problems.length === 0) ? [] : operands.flatMap(({ problems }) => problems);

/** `[x, y, …]`, or what else stands where a composition does: see `coerce`. */
export const overlay = (value: Value, site: Site, limit = defaultLimit): EvaluationResult => {
  const { value: composition, problems } = coerce(value, site);
  if (sizeOf(composition.facts) > limit) return result(failed, [...problems, refusal.tooLarge(limit, site)]);
  return result(composition, problems);
};

/** `x => y` and `x -> y`. */
export const arrow = (op: ArrowOp, x: Value, y: Value, site: Site, limit = defaultLimit): EvaluationResult =>
  chain([op], [x, y], [site], [], limit);

/** In longer chains, and lists of arguments, the wires so far are indexed as they come. */
const short = 8;

/** Facts that are gathered, and the wires among them. `steps`: about how often those are asked for. */
class Gathered {
  readonly parts: Facts[] = [];
  readonly #index: WireIndex | null;

  constructor(steps: number) {
    this.#index = steps > short ? new WireIndex() : null;
  }

  add(facts: Facts): void {
    this.parts.push(facts);
    this.#index?.add(facts);
  }

  /** The wires so far. `known`: facts that have the same ones, if there are such. */
  wired(known: Facts | null): Wired {
    return this.#index?.view() ?? wiredIn(known ?? join(this.parts, null));
  }
}

/**
 * `a => b -> c …`: one operator and its place between each two values. Operands, where
 * they are given, are named in fixes.
 */
export const chain = (
  ops: readonly ArrowOp[],
  values: readonly Value[],
  sites: readonly Site[],
  operands: readonly Operand[] = [],
  limit = defaultLimit,
): EvaluationResult => {
  const site = sites[sites.length - 1]!;
  const coerced = values.map((value, i) => coerce(value, operands[i]?.site ?? sites[Math.max(0, i - 1)]!));
  const members = coerced.map(({ value }) => value);
  const compute = (): EvaluationResult => {
    const problems = [...coerced[0]!.problems];
    const gathered = new Gathered(ops.length);
    gathered.add(members[0]!.facts);
    for (let i = 0; i < ops.length; i++) {
      const [x, y] = [members[i]!, members[i + 1]!];
      problems.push(...coerced[i + 1]!.problems);
      const wired = gathered.wired(i === 0 ? x.facts : null);
      const made = between(ops[i]!, x, y, sites[i]!, wired, limit, {
        left: operands[i] ?? null,
        right: operands[i + 1] ?? null,
        first: i === 0,
        last: i === ops.length - 1,
      });
      problems.push(...made.problems);
      gathered.add(y.facts);
      gathered.add(made.value);
    }
    const faces = { front: members[0]!.front, back: members[members.length - 1]!.back };
    return composed(gathered.parts, faces, problems, site, limit);
  };
  const operation = `${ops.join(" ")} ${limit}`;
  const given = problemsWith(coerced);
  return ops.length > short ? compute() : remembered(operation, members[0]!, members, given, site, compute);
};

interface Standing {
  readonly left: Operand | null;
  readonly right: Operand | null;
  /** Whether nothing stands further left, or right, of the arrow. */
  readonly first: boolean;
  readonly last: boolean;
}

/** The wires of one arrow. */
const between = (
  op: ArrowOp,
  x: Composition,
  y: Composition,
  site: Site,
  wired: Wired,
  limit: number,
  standing: Standing,
): EvaluationResult<Facts> => {
  const refused =
    standing.first && x.pick !== null && !x.pick.required
      ? refusal.noRequirement(x, x.pick.port, site)
      : standing.last && y.pick !== null && !y.pick.provided
        ? refusal.noProvided(y, y.pick.port, site)
        : countOf(x.back) * countOf(y.front) > limit
          ? refusal.tooManyPairs(countOf(x.back), countOf(y.front), limit, site)
          : null;
  if (refused !== null) return { value: poisoned, problems: [refused] };
  const wiring = wire(x.back, y.front, { op, site, wired });
  if (wiring.failures === 0) return { value: wiring.facts, problems: [] };
  const place = { op, site, left: standing.left, right: standing.right };
  return { value: wiring.facts, problems: problemsOf(wiring, place, new Directory(x.facts, y.facts)) };
};

/** `x | y | …`: one provider that stands for all that are in front. */
export const union = (values: readonly Value[], site: Site, limit = defaultLimit): EvaluationResult => {
  const coerced = values.map((value) => coerce(value, site));
  const members = coerced.map(({ value }) => value);
  const given = problemsWith(coerced);
  return remembered(`| ${limit}`, members[0]!, members, given, site, () => {
    const problems = [...given];
    const parts = members.map(({ facts }) => facts);
    const back = together(members.map((member) => member.back));
    const all = members.flatMap((member) => [...ends(member.front)]);
    // Where one of them failed, it is not known what the others would be united with.
    const unknown = members.some(({ facts, front }) => countOf(front) === 0 && isPoisoned(facts));
    if (all.length === 0 || unknown) return composed(parts, { front: nobody, back }, problems, site, limit);
    const front = unite(all);
    if (front._tag === "Provider") return composed(parts, { front, back }, problems, site, limit);
    const wrong = refusal.noUnion(front, new Directory(...parts), site);
    return composed(parts, { front: nobody, back }, [...problems, wrong], site, limit);
  });
};

export interface Argument {
  /** A requirement's name. */
  readonly name: string;
  readonly value: Value;
  /** Of the value. */
  readonly site: Site;
  /** Of the name, if that is known. */
  readonly nameSite?: Site;
}

/** `x(r = y, …)`: the wires of `x.r => y`, with x as both faces. */
export const object = (
  x: Value,
  args: readonly Argument[],
  site: Site,
  limit = defaultLimit,
): EvaluationResult => {
  const { value: self, problems: own } = coerce(x, site);
  const coerced = args.map((arg) => coerce(arg.value, arg.site));
  const operands = new Array<unknown>(3 * args.length + 1).fill(limit);
  args.forEach(({ name, site: { at } }, i) => {
    operands[3 * i] = name;
    operands[3 * i + 1] = coerced[i]!.value;
    operands[3 * i + 2] = at;
  });
  const given = own.length === 0 ? problemsWith(coerced) : [...own, ...problemsWith(coerced)];
  return remembered("()", self, operands, given, site, () => {
    const problems = [...own];
    const gathered = new Gathered(args.length);
    gathered.add(self.facts);
    args.forEach((arg, i) => {
      const { value: given, problems: wrong } = coerced[i]!;
      problems.push(...wrong);
      gathered.add(given.facts);
      const back = pickCallers(self.back, arg.name);
      if (back === null) {
        if (!isPoisoned(self.facts))
          problems.push(refusal.noArgument(self, arg.name, arg.nameSite ?? arg.site));
        return;
      }
      const wired = gathered.wired(i === 0 ? self.facts : null);
      const picked = { facts: self.facts, front: self.front, back, pick: null };
      const standing = { left: null, right: null, first: true, last: true };
      const made = between("=>", picked, given, arg.site, wired, limit, standing);
      problems.push(...made.problems);
      gathered.add(made.value);
    });
    return composed(gathered.parts, self, problems, site, limit);
  });
};

/** `publish(x.port, hostPort)`: x, reachable at that port of the host. */
export const publish = (x: Value, hostPort: number, site: Site, limit = defaultLimit): EvaluationResult => {
  const { value: self, problems } = coerce(x, site);
  return remembered(`publish ${limit}`, self, [hostPort], problems, site, () => {
    const faces = self.pick?.from ?? self;
    const offers = [...ends(self.front)].flatMap((one) => one.offers);
    const wrong =
      self.pick !== null && !self.pick.provided
        ? refusal.noProvided(self, self.pick.port, site)
        : offers.length === 1
          ? offers[0]!.to[0]!.anywhere
            ? refusal.publishedInternet(site)
            : isRange(offers[0]!.to[0]!) && offers[0]!.to[0]!.number !== hostPort
              ? refusal.publishedElsewhere(offers[0]!.to, site)
              : null
          : refusal.notOnePort(self, offers, hostPort, site);
    if (wrong !== null) {
      const silent = offers.length === 0 && isPoisoned(self.facts);
      return composed([self.facts, poisoned], faces, silent ? problems : [...problems, wrong], site, limit);
    }
    const fact: Facts = { _tag: "Publish", hostPort, to: offers[0]!.to, site };
    return composed([self.facts, fact], faces, problems, site, limit);
  });
};

/** `x.port`: x, of which arrows meet only that requirement, or that provided port. */
export const select = (x: Value, port: string, site: Site): EvaluationResult => {
  const { value: self, problems } = coerce(x, site);
  return remembered("select", self, [port], problems, site, () => {
    const [front, back] = [pickProviders(self.front, port), pickCallers(self.back, port)];
    if (front === null && back === null) {
      const silent = isPoisoned(self.facts);
      const wrong = silent ? [] : [refusal.noSuchPort(self, port, site)];
      const left = { facts: join([self.facts, poisoned], site), front: nobody, back: nobody, pick: null };
      return result(left, [...problems, ...wrong]);
    }
    const pick = { port, from: self.pick?.from ?? self, provided: front !== null, required: back !== null };
    // A name that is only one of the two says nothing about the other side.
    return result({ facts: self.facts, front: front ?? self.front, back: back ?? self.back, pick }, problems);
  });
};
