/** List literals, plain and in chunks, and comprehensions. */
import type { Chunk, List } from "../../core/syntax/expressions.ts";
import { grouped } from "../../core/tally.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { joinAll, listOf, ropeNode, withSite } from "../rope.ts";
import { type Origin, siteAt } from "../site.ts";
import { type ListValue, poison, type Value } from "../value.ts";
import { type Ask, ask, isImmediate, type Machine, type Rule } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";
import { globalScope, isGlobal, type Scope } from "./scope.ts";

/** What is reported of a list that is longer than the limit; null where it is not. */
export const tooLong = (length: number, origin: Origin, at: number, machine: Machine): Value | null => {
  const { size } = machine.world.limits;
  if (length <= size) return null;
  const message = `this list has more than ${grouped(size, "element")}`;
  return machine.report("limit-exceeded", message, siteAt(origin, at));
};

/** `[a, ...b]`. A list with a spread that failed is poison; a failed element only itself. */
export const evaluateList = (node: List<Term>, asked: Ask, machine: Machine): Value | Rule => {
  if (!node.children.every(isImmediate)) return gathered(node, asked, machine);
  const { at, scope } = asked;
  const values: Value[] = new Array(node.children.length);
  let place = at + 1;
  for (let i = 0; i < values.length; i++) {
    const child = node.children[i]!;
    values[i] = machine.immediate(child, place, scope)!;
    place += child.size;
  }
  return tooLong(values.length, scope.origin, at, machine) ?? listOf(values, siteAt(scope.origin, at));
};

function* gathered(node: List<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const first = node.children[0]?.node;
  const list =
    first?._tag === "Chunk"
      ? yield chunks(node.children, first.level + 1, at + 1, scope)
      : yield parts(node.children, at + 1, scope, machine, listOf);
  if (list._tag !== "List") return poison;
  return tooLong(list.length, scope.origin, at, machine) ?? withSite(list, siteAt(scope.origin, at));
}

/** The run of elements, or the runs, of a chunk: remembered where they mean the same everywhere. */
export const evaluateChunk = (
  node: Chunk<Term>,
  { term, at, scope }: Ask,
  machine: Machine,
): Value | Rule => {
  const rule = (from: number, where: Scope, by: Machine): Rule =>
    node.level === 0
      ? parts(node.children, from, where, by, (run) => ropeNode(0, run))
      : chunks(node.children, node.level, from, where);
  if (!isGlobal(scope) || !machine.canRemember) return rule(at + 1, scope, machine);
  const outcome = machine.world.remember(term, null, (world) => {
    const inner = machine.forChunk(world, { ...machine.origin, within: term }, false);
    const value = inner.run(rule(1, globalScope(inner.origin), inner));
    world.spent?.(inner.spent);
    // A literal chunk is as long as its text: its steps are bounded without being charged to the list.
    return { value, problems: inner.problems, steps: 0 };
  });
  if (outcome === null) return rule(at + 1, scope, machine);
  machine.take(outcome.problems);
  return outcome.value;
};

/** The chunks of a list as the children of a node that mirrors them. */
function* chunks(children: readonly Term[], level: number, from: number, scope: Scope): Rule {
  const lists: ListValue[] = [];
  let at = from;
  let whole = true;
  for (const child of children) {
    const value = yield ask(child, at, scope);
    at += child.size;
    if (value._tag !== "List") whole = false;
    else if (value.length > 0) lists.push(value);
  }
  if (!whole) return poison;
  return lists.every((list) => list.level === level - 1) ? ropeNode(level, lists) : joinAll(lists);
}

/** Elements and spreads. `made` makes the list of a run of elements. */
function* parts(
  children: readonly Term[],
  from: number,
  scope: Scope,
  machine: Machine,
  made: (run: readonly Value[]) => ListValue,
): Rule {
  const lists: ListValue[] = [];
  let run: Value[] = [];
  let whole = true;
  let at = from;
  for (const child of children) {
    if (child.node._tag !== "Spread") {
      run.push(machine.immediate(child, at, scope) ?? (yield ask(child, at, scope)));
    } else {
      const value = yield ask(child.node.children[0], at + 1, scope);
      if (run.length > 0) lists.push(made(run));
      run = [];
      // The site would say where the spread list was written.
      if (value._tag === "List") lists.push(value.site === null ? value : withSite(value, null));
      else whole = false;
      if (value._tag !== "List" && value._tag !== "Poison") {
        const message = `\`...\` takes a list here, not ${describe(value)}`;
        reportMisfit(value, message, siteAt(scope.origin, at + 1), machine);
      }
    }
    at += child.size;
  }
  if (run.length > 0) lists.push(made(run));
  return whole ? joinAll(lists) : poison;
}
