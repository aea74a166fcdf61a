/** List literals, plain and in chunks, and comprehensions. */
import type { Chunk, Comprehension, List } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { elements, joinAll, listOf, ropeNode, withSite } from "../rope.ts";
import { type Origin, siteAt } from "../site.ts";
import { type ListValue, poison, type Value } from "../value.ts";
import { checkNames } from "./lookup.ts";
import { type Ask, ask, isImmediate, type Machine, type Rule } from "./machine.ts";
import { bind, globalScope, isGlobal, type Scope } from "./scope.ts";

const tooLong = (length: number, origin: Origin, at: number, machine: Machine): Value | null => {
  const { size } = machine.world.limits;
  if (length <= size) return null;
  const message = `this list has more than ${size.toLocaleString("en")} elements`;
  return machine.report("limit-exceeded", message, siteAt(origin, at));
};

/** `[a, ...b]`. A list with a spread that failed is poison; a failed element only itself. */
export const evaluateList = (node: List<Term>, asked: Ask, machine: Machine): Value | Rule => {
  if (!node.kids.every(isImmediate)) return gathered(node, asked, machine);
  const { at, scope } = asked;
  const values: Value[] = new Array(node.kids.length);
  let place = at + 1;
  for (let i = 0; i < values.length; i++) {
    const kid = node.kids[i]!;
    values[i] = machine.immediate(kid, place, scope)!;
    place += kid.size;
  }
  return tooLong(values.length, scope.origin, at, machine) ?? listOf(values, siteAt(scope.origin, at));
};

function* gathered(node: List<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const first = node.kids[0]?.node;
  const list =
    first?._tag === "Chunk"
      ? yield chunks(node.kids, first.level + 1, at + 1, scope)
      : yield parts(node.kids, at + 1, scope, machine, listOf);
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
      ? parts(node.kids, from, where, by, (run) => ropeNode(0, run))
      : chunks(node.kids, node.level, from, where);
  if (!isGlobal(scope) || !machine.canRemember) return rule(at + 1, scope, machine);
  const outcome = machine.world.remember(term, (world) => {
    const inner = machine.forChunk(world, term);
    const value = inner.run(rule(1, globalScope(inner.origin), inner));
    return { value, problems: inner.problems };
  });
  machine.take(outcome.problems);
  return outcome.value;
};

/** The chunks of a list as the kids of a node that mirrors them. */
function* chunks(kids: readonly Term[], level: number, from: number, scope: Scope): Rule {
  const lists: ListValue[] = [];
  let at = from;
  let whole = true;
  for (const kid of kids) {
    const value = yield ask(kid, at, scope);
    at += kid.size;
    if (value._tag !== "List") whole = false;
    else if (value.length > 0) lists.push(value);
  }
  if (!whole) return poison;
  return lists.every((list) => list.level === level - 1) ? ropeNode(level, lists) : joinAll(lists);
}

/** Elements and spreads. `made` makes the list of a run of elements. */
function* parts(
  kids: readonly Term[],
  from: number,
  scope: Scope,
  machine: Machine,
  made: (run: readonly Value[]) => ListValue,
): Rule {
  const lists: ListValue[] = [];
  let run: Value[] = [];
  let whole = true;
  let at = from;
  for (const kid of kids) {
    if (kid.node._tag !== "Spread") {
      run.push(machine.immediate(kid, at, scope) ?? (yield ask(kid, at, scope)));
    } else {
      const value = yield ask(kid.node.kids[0], at + 1, scope);
      if (run.length > 0) lists.push(made(run));
      run = [];
      // The site would say where the spread list was written.
      if (value._tag === "List") lists.push(value.site === null ? value : withSite(value, null));
      else whole = false;
      if (value._tag !== "List" && value._tag !== "Poison") {
        const message = `\`...\` takes a list here, not ${describe(value)}`;
        machine.report("type-mismatch", message, siteAt(scope.origin, at + 1));
      }
    }
    at += kid.size;
  }
  if (run.length > 0) lists.push(made(run));
  return whole ? joinAll(lists) : poison;
}

/** `[body for x in xs if c …]`: loops from left to right, the last the innermost. */
export function* evaluateComprehension(node: Comprehension<Term>, asked: Ask, machine: Machine): Rule {
  const { term, at, scope } = asked;
  checkNames(term, at, scope, machine);
  const results: Value[] = [];
  const outcome = yield loop(node, at, 1, at + 1 + node.kids[0].size, scope, results, machine);
  return outcome._tag === "Poison" ? poison : listOf(results, siteAt(scope.origin, at));
}

const done: Value = { _tag: "Bool", value: true };

/** The qualifiers from the given one on. Poison where the list cannot be told. */
function* loop(
  node: Comprehension<Term>,
  at: number,
  index: number,
  place: number,
  scope: Scope,
  results: Value[],
  machine: Machine,
): Rule {
  const qualifier = node.kids[index];
  if (qualifier === undefined) {
    results.push(machine.immediate(node.kids[0], at + 1, scope) ?? (yield ask(node.kids[0], at + 1, scope)));
    return tooLong(results.length, scope.origin, at, machine) ?? done;
  }
  const { node: said, size } = qualifier;
  const next = place + size;
  if (said._tag === "Filter") {
    const condition = yield ask(said.kids[0], place + 1, scope);
    if (condition._tag === "Bool") {
      return condition.value ? yield loop(node, at, index + 1, next, scope, results, machine) : done;
    }
    if (condition._tag === "Poison") return poison;
    const message = `\`if\` takes true or false, not ${describe(condition)}`;
    return machine.report("type-mismatch", message, siteAt(scope.origin, place + 1));
  }
  if (said._tag !== "For") throw new Error(`a ${said._tag} is no qualifier`);
  const source = yield ask(said.kids[0], place + 1, scope);
  if (source._tag === "Poison") return poison;
  if (source._tag !== "List") {
    const message = `\`for\` goes through a list, not ${describe(source)}`;
    return machine.report("type-mismatch", message, siteAt(scope.origin, place + 1));
  }
  let verdict: Value = done;
  for (const element of elements(source)) {
    const inner = bind(scope, said.name, element);
    verdict = yield loop(node, at, index + 1, next, inner, results, machine);
    if (verdict._tag === "Poison") return poison;
  }
  return verdict;
}
