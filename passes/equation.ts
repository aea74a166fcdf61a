/** What a clause says in the world as it is: equations are solved with the observed cells. */
import {
  fileCell,
  hostCell,
  inputCell,
  limitsCell,
  observedCell,
  type ReadCell,
} from "../src/core/cell-key.ts";
import type { Reader } from "../src/core/pass.ts";
import type { EvaluateClause } from "../src/language/evaluate.ts";
import { type Speaker, speakerOf } from "../src/language/evaluation/speaker.ts";
import type { AutomatonMember } from "../src/language/member.ts";
import type { ClauseValue, Value } from "../src/language/value.ts";
import { defaultLimits, type FileRead, type Limits, type World } from "../src/language/world.ts";
import type { Wiring } from "./wiring.ts";

/** The bounds on what is built. */
export const limitsOf = (cell: ReadCell): Limits => cell(limitsCell<Limits>()) ?? defaultLimits;

/** The world of an equation: it has no names of its own, only cells. */
const worldOf = (read: Reader): World => ({
  module: "",
  global: () => undefined,
  globals: () => [],
  input: (name, fallback) => read.cell(inputCell<Value>(name)) ?? fallback,
  observed: (of, cell) => read.cell(of === null ? hostCell(cell) : observedCell(of, cell)) ?? 0,
  readFile: (path, from) =>
    read.cell(fileCell<FileRead>(path, from)) ?? { file: path, text: null, reason: null },
  remember: (_, __, compute) => compute(worldOf(read)),
  limits: limitsOf((name) => read.cell(name)),
});

/** Who speaks in the clauses of a member, put together when it is asked for. */
export const speakerFor = (
  { key, automaton }: AutomatonMember,
  { requirements }: Wiring,
  index: () => number | null,
): (() => Speaker) => {
  let speaker: Speaker | null = null;
  return () => {
    if (speaker !== null) return speaker;
    const wired = new Map(requirements.map((one) => [one.requirement, one]));
    const required = automaton.requires.map(({ name }) => {
      const found = wired.get(name);
      return found === undefined ? { name, number: null } : { ...found, name };
    });
    speaker = speakerOf({ isTrial: false, name: key, index }, required, automaton.provides);
    return speaker;
  };
};

/** The value clause, or `otherwise` where the equation failed and the problem was reported. */
export const clauseValue = <T>(
  clause: ClauseValue<T>,
  evaluate: EvaluateClause<T>,
  speaker: () => Speaker,
  read: Reader,
  otherwise: T,
): T => {
  if (clause._tag === "Known") return clause.value;
  const { value, problems } = evaluate(clause, speaker, worldOf(read));
  for (const problem of problems) read.problem(problem);
  return value ?? otherwise;
};
