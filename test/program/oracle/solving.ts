/** The clauses of an automaton in the world as it is: equations are evaluated with its cells. */
import type { EvaluateClause } from "../../../src/language/evaluate.ts";
import { type Speaker, speakerOf } from "../../../src/language/evaluation/speaker.ts";
import type { Problem } from "../../../src/language/problem.ts";
import type { AutomatonValue, ClauseValue } from "../../../src/language/value.ts";
import type { World } from "../../../src/language/world.ts";
import { type Given, hostCell } from "./evaluating.ts";
import type { Wired } from "./members.ts";

/** The value of a clause; `otherwise` where there is no clause, or its equation fails. */
export type Solve = <T>(clause: ClauseValue<T> | null, evaluate: EvaluateClause<T>, otherwise: T) => T;

/** An equation has no names but those that its closure took along. */
const worldOf = (given: Given): World => ({
  module: "",
  limits: given.limits,
  global: () => undefined,
  globals: () => [],
  input: (name, fallback) => given.inputs.get(name) ?? fallback,
  observed: (of, cell) =>
    of === null ? hostCell(given, cell) : ((given.cells.get(`observed ${of}.${cell}`) as number) ?? 0),
  readFile: (path) => {
    const name = path.replace("./", "");
    return { file: name, text: given.files.get(name) ?? null, reason: null };
  },
  remember: (_, __, compute) => compute(worldOf(given)),
});

/** Who speaks in the clauses: an instance, or all of them where `index` is null. */
export const speakerOfMember = (
  automaton: AutomatonValue,
  wires: readonly Wired[],
  index: number | null,
): Speaker =>
  speakerOf(
    { isTrial: false, name: automaton.name, index: () => index },
    automaton.requires.map(({ name }) => ({
      name,
      number: wires.find(({ requirement }) => requirement === name)?.service.number ?? null,
      last: wires.find(({ requirement }) => requirement === name)?.service.last,
    })),
    automaton.provides,
  );

/** `problems`: where it puts what is wrong. */
export const solving =
  (given: Given, speaker: Speaker, problems: Problem[]): Solve =>
  (clause, evaluate, otherwise) => {
    if (clause === null) return otherwise;
    const outcome = evaluate(clause, () => speaker, worldOf(given));
    problems.push(...outcome.problems);
    return outcome.value ?? otherwise;
  };
