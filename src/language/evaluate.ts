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
  checkFailures,
  checkHostname,
  checkPath,
  checkService,
  checkSettle,
  checkSuccesses,
  checkTimeout,
  checkVariable,
} from "./evaluation/checks.ts";
import { checkFile } from "./evaluation/files.ts";
import { makeFunction } from "./evaluation/functions.ts";
import { ask, Machine } from "./evaluation/machine.ts";
import { evaluateTerm } from "./evaluation/rules.ts";
import { bind, closureScope, globalScope, type Scope } from "./evaluation/scope.ts";
import { type Speaker, speaking } from "./evaluation/speaker.ts";
import type { Site } from "./problem.ts";
import type { Origin } from "./site.ts";
import { originOf } from "./site.ts";
import type { ClauseValue, Closure, Value } from "./value.ts";
import type { EvaluationResult, World } from "./world.ts";

const evaluateAt = (term: Term, origin: Origin, world: World): EvaluationResult => {
  const machine = new Machine(world, origin, evaluateTerm);
  const value = machine.run(ask(term, 0, globalScope(origin)));
  world.spent?.(machine.spent);
  return { value, problems: machine.problems };
};

/**
 * The value of a declaration (all but imports): of a `let` its value or function, of a
 * `system` a composition. `declaration` is its key, for the sites of what is wrong.
 */
export const evaluateDeclaration = (term: Term, declaration: string, world: World): EvaluationResult =>
  evaluateAt(term, { module: world.module, declaration, within: null }, world);

/** The value of an expression that stands alone; sites count from it. */
export const evaluateExpression = (term: Term, declaration: string, world: World): EvaluationResult =>
  evaluateAt(term, { module: world.module, declaration, within: null }, world);

/**
 * The value of a term where it stands, at a position of a declaration; `bound` are the names
 * around it that are not the file's, the innermost last.
 */
export const evaluateAmong = (
  term: Term,
  site: Site,
  bound: Iterable<readonly [name: string, value: Value]>,
  world: World,
): EvaluationResult => {
  const scope = scopeAmong(site, bound);
  const machine = new Machine(world, scope.origin, evaluateTerm);
  const value = machine.run(ask(term, site.at, scope));
  return { value, problems: machine.problems };
};

/** The function that a `Fn` or a `let f(a) = v in e` makes there. */
export const functionAmong = (
  term: Term,
  site: Site,
  bound: Iterable<readonly [name: string, value: Value]>,
  world: World,
): Value => {
  const scope = scopeAmong(site, bound);
  const machine = new Machine(world, scope.origin, evaluateTerm);
  return makeFunction(term, site.at, null, scope, machine);
};

const scopeAmong = (site: Site, bound: Iterable<readonly [name: string, value: Value]>): Scope => {
  let scope = globalScope(originOf(site));
  for (const [name, value] of bound) scope = bind(scope, name, value);
  return scope;
};

const runEquation = (equation: Closure, speaker: Speaker, world: World): readonly [Value, Machine] => {
  const { term, site } = equation;
  const machine = new Machine(world, originOf(site), evaluateTerm);
  return [machine.run(ask(term, site.at, speaking(closureScope(equation), speaker))), machine];
};

/** The value of an equation for the automaton or instance that it speaks of. */
export const evaluateEquation = (equation: Closure, speaker: Speaker, world: World): EvaluationResult => {
  const [value, { problems }] = runEquation(equation, speaker, world);
  return { value, problems };
};

/** Evaluates a clause for the automaton or instance that it speaks of. */
export type EvaluateClause<T> = (
  clause: ClauseValue<T>,
  speaker: () => Speaker,
  world: World,
) => EvaluationResult<T | null>;

/** The value of a clause now: an equation is evaluated for its speaker. Null where it fails. */
const clauseEvaluator =
  <T>(check: Check<T>): EvaluateClause<T> =>
  (clause, speaker, world) => {
    if (clause._tag === "Known") return { value: clause.value, problems: [] };
    const [value, machine] = runEquation(clause.closure, speaker(), world);
    return { value: check(value, clause.closure.site, machine), problems: machine.problems };
  };

/** A whole number, at least 0. */
export const evaluateCount = clauseEvaluator(checkCount);
/** Milliseconds. */
export const evaluateSettle = clauseEvaluator(checkSettle);
export const evaluateEvery = clauseEvaluator(checkEvery);
export const evaluateTimeout = clauseEvaluator(checkTimeout);
/** Whole numbers above zero. */
export const evaluateFailures = clauseEvaluator(checkFailures);
export const evaluateSuccesses = clauseEvaluator(checkSuccesses);
export const evaluateVariable = clauseEvaluator(checkVariable);
export const evaluateHostname = clauseEvaluator(checkHostname);
export const evaluateFile = clauseEvaluator(checkFile);
export const evaluatePath = clauseEvaluator(checkPath);
export const evaluateService = clauseEvaluator(checkService);
export const evaluateArgv = clauseEvaluator(checkCommand);
