/** Where values meet the algebra of compositions. */
import type { ArrowOp, Chain, ChainOp } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { type Argument, chain, object, overlay, select, union } from "../composition/algebra.ts";
import { sizeOf } from "../composition/facts.ts";
import type { Operand } from "../composition/trouble.ts";
import { describe } from "../describe.ts";
import { pathOf } from "../path.ts";
import type { Site } from "../problem.ts";
import { focusAt, siteAt } from "../site.ts";
import { type AutomatonValue, type CompositionValue, poison, type Value } from "../value.ts";
import type { Outcome } from "../world.ts";
import { type Call, placeOf } from "./arguments.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";

type Composable = AutomatonValue | CompositionValue;

/** Facts of one composition, and pairs that one arrow tries. */
const boundOf = (machine: Machine): number => 4 * machine.world.limits.size;

/** Notes what is wrong and accounts for the size of what was made. */
const taken = ({ value, problems }: Outcome, machine: Machine): Value => {
  machine.take(problems);
  const size = value._tag === "Composition" ? sizeOf(value.composition.facts) : 0;
  return machine.charge(size >>> 8) ? value : poison;
};

export const isComposing = (op: ChainOp): boolean => op === "=>" || op === "->" || op === "|";

/** `a => b -> c`, `a | b | c`: all operands, then all operators at once. */
export function* evaluateComposing(node: Chain<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const values: Value[] = [];
  const operands: Operand[] = [];
  let place = at + 1;
  for (const kid of node.kids) {
    values.push(machine.immediate(kid, place, scope) ?? (yield ask(kid, place, scope)));
    operands.push({ site: siteAt(scope.origin, place), text: pathOf(kid) });
    place += kid.size;
  }
  const site = siteAt(scope.origin, at);
  if (node.ops[0] === "|") return taken(union(values, site, boundOf(machine)), machine);
  // Of one arrow the whole is the place, of several what stands right of each.
  const sites = node.ops.length === 1 ? [site] : operands.slice(1).map((operand) => operand.site);
  return taken(chain(node.ops as readonly ArrowOp[], values, sites, operands, boundOf(machine)), machine);
}

/** `x.port` */
export const selectPort = (of: Composable, port: string, site: Site, machine: Machine): Value =>
  taken(select(of, port, site), machine);

/** `x(requirement = provider, …)` */
export const callComposition = (of: Composable, called: Call, machine: Machine): Value => {
  const args: Argument[] = [];
  for (const { name, value, at } of called.given) {
    const site = siteAt(called.origin, at);
    if (name !== null) args.push({ name, value, site, nameSite: focusAt(called.origin, at - 1) });
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
  value._tag === "Poison" ? poison : taken(overlay(value, site, boundOf(machine)), machine);
