/**
 * Evaluation: pure and total. It reads the world only through `World`, reports what is
 * wrong as problems, and ends within the world's limits whatever the program is.
 */
import type { Term } from "../core/term.ts";
import {
  type Check,
  checkCommand,
  checkCount,
  checkEvery,
  checkPath,
  checkSettle,
  checkTimeout,
  checkVariable,
} from "./evaluation/checks.ts";
import { ask, Machine, type SelfOf } from "./evaluation/machine.ts";
import { evaluateTerm } from "./evaluation/rules.ts";
import { closureScope, globalScope } from "./evaluation/scope.ts";
import type { Origin } from "./site.ts";
import { originOf } from "./site.ts";
import type { Closure, Said, Value } from "./value.ts";
import type { Outcome, World } from "./world.ts";

const trial: SelfOf = { _tag: "Trial" };

const evaluateAt = (term: Term, origin: Origin, world: World): Outcome => {
  const machine = new Machine(world, origin, trial, evaluateTerm);
  const value = machine.run(ask(term, 0, globalScope(origin)));
  return { value, problems: machine.problems };
};

/**
 * The value of a declaration (all but imports): of a `let` its value or function, of a
 * `system` a composition. `declaration` is its key, for the sites of what is wrong.
 */
export const evaluateDeclaration = (term: Term, declaration: string, world: World): Outcome =>
  evaluateAt(term, { module: world.module, declaration, within: null }, world);

/** The value of an expression that stands alone; sites count from it. */
export const evaluateExpression = (term: Term, declaration: string, world: World): Outcome =>
  evaluateAt(term, { module: world.module, declaration, within: null }, world);

const runEquation = (
  { term, free, site }: Closure,
  automaton: string,
  world: World,
): readonly [Value, Machine] => {
  const machine = new Machine(world, originOf(site), { _tag: "Automaton", name: automaton }, evaluateTerm);
  return [machine.run(ask(term, site.at, closureScope({ term, free, site }))), machine];
};

/** The value of an equation for an automaton's observed cells, whatever it is. */
export const force = (equation: Closure, automaton: string, world: World): Outcome => {
  const [value, { problems }] = runEquation(equation, automaton, world);
  return { value, problems };
};

/** What a clause says now: an equation is evaluated for the automaton's observed cells. Null where it fails. */
const forced =
  <T>(check: Check<T>) =>
  (said: Said<T>, automaton: string, world: World): Outcome<T | null> => {
    if (said._tag === "Known") return { value: said.value, problems: [] };
    const [value, machine] = runEquation(said.closure, automaton, world);
    return { value: check(value, said.closure.site, machine), problems: machine.problems };
  };

/** A whole number, at least 0. */
export const forceCount = forced(checkCount);
/** Milliseconds. */
export const forceSettle = forced(checkSettle);
export const forceEvery = forced(checkEvery);
export const forceTimeout = forced(checkTimeout);
export const forceVariable = forced(checkVariable);
export const forcePath = forced(checkPath);
export const forceArgv = forced(checkCommand);
