/** Where values meet the algebra of compositions. */
import type { ArrowOp, Chain } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { type Argument, chain, object, overlay, select, union } from "../composition/algebra.ts";
import { isComposable } from "../composition/coerce.ts";
import { isPoisoned, sizeOf } from "../composition/facts.ts";
import type { Operand } from "../composition/wiring-errors.ts";
import { describe } from "../describe.ts";
import { pathOf } from "../path.ts";
import type { Site } from "../problem.ts";
import { focusAt, siteAt } from "../site.ts";
import { poison, type Value } from "../value.ts";
import type { EvaluationResult } from "../world.ts";
import { type Call, type Argument as Given, placeOf } from "./arguments.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";

/** Facts of one composition, and pairs that one arrow tries. */
const boundOf = (machine: Machine): number => 4 * machine.world.limits.size;

/** Notes what is wrong and accounts for the size of what was made. */
const whole = ({ value, problems }: EvaluationResult, machine: Machine): Value => {
  machine.take(problems);
  const size = value._tag === "Composition" ? sizeOf(value.composition.facts) : 0;
  return machine.charge(size >>> 8) ? value : poison;
};

/** The same; where something failed in it, poison: where anything but a composition is wanted, no further error is reported. */
export const taken = (outcome: EvaluationResult, machine: Machine): Value => {
  const value = whole(outcome, machine);
  return value._tag === "Composition" && isPoisoned(value.composition.facts)
    ? { _tag: "Poison", partial: value.composition }
    : value;
};

/** `a => b -> c`, `a | b | c`: all operands, then all operators at once. */
export function* evaluateComposing(node: Chain<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const values: Value[] = [];
  const operands: Operand[] = [];
  let place = at + 1;
  for (const child of node.children) {
    values.push(machine.immediate(child, place, scope) ?? (yield ask(child, place, scope)));
    operands.push({ site: siteAt(scope.origin, place), text: pathOf(child) });
    place += child.size;
  }
  const site = siteAt(scope.origin, at);
  if (node.ops[0] === "|") return taken(union(values, site, boundOf(machine)), machine);
  // Of one arrow the whole is the place, of several what stands right of each.
  const sites = node.ops.length === 1 ? [site] : operands.slice(1).map((operand) => operand.site);
  return taken(chain(node.ops as readonly ArrowOp[], values, sites, operands, boundOf(machine)), machine);
}

/** `x.port`, of what `isComposable`. */
export const selectPort = (of: Value, port: string, site: Site, machine: Machine): Value =>
  taken(select(of, port, site), machine);

/** `x(requirement = provider, …)`, of what `isComposable`. */
export const callComposition = (of: Value, called: Call, machine: Machine): Value => {
  // What failed may have been meant as a function.
  const isGiven = ({ name, value }: Given): boolean =>
    name !== null && (isComposable(value) || value._tag === "Poison");
  if (of._tag === "Poison" && !called.given.every(isGiven)) return poison;
  const args: Argument[] = [];
  for (const { name, nameAt, value, at } of called.given) {
    const site = siteAt(called.origin, at);
    if (name !== null) args.push({ name, value, site, nameSite: focusAt(called.origin, nameAt) });
    else {
      const hints = [{ message: "write `requirement = provider`" }];
      machine.report("arity", `${describe(of)} takes its requirements by name`, site, hints);
    }
  }
  if (args.length < called.given.length) return poison;
  return taken(object(of, args, placeOf(called), boundOf(machine)), machine);
};

/** What a system declares: a composition, or what can stand for one. */
export const asSystem = (value: Value, site: Site, machine: Machine): Value =>
  value._tag === "Poison" && value.partial === undefined
    ? poison
    : whole(overlay(value, site, boundOf(machine)), machine);
