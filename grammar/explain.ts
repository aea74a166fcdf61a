/** From where the parser stopped to a diagnostic for people. */
import * as brackets from "./explain/brackets.ts";
import * as constructs from "./explain/constructs.ts";
import * as names from "./explain/names.ts";
import { here, type Reading, type Slip } from "./explain/slip.ts";
import { inWords, shown } from "./explain/words.ts";
import type { SyntaxProblem } from "./problem.ts";

const { itemIn } = brackets;

const otherwise = (slip: Slip): SyntaxProblem => {
  const { found, previous, expected } = slip;
  const item = itemIn(slip);
  const wanted = item === null ? inWords(expected) : `${item} or ${inWords(expected)}`;
  const behind = previous === null ? "stand here" : `follow ${shown(previous)}`;
  if (found === null) return here(slip, `This ends too soon: ${wanted} should ${behind}.`);
  return here(slip, `${shown(found)} cannot stand here: ${wanted} should ${behind}.`);
};

/** In this order: the first that recognises the slip explains it. */
const readings: readonly Reading[] = [
  names.reservedName,
  constructs.leadingDot,
  constructs.clauseEquals,
  constructs.colonOrEquals,
  constructs.continuedName,
  constructs.namelessAutomaton,
  constructs.missingTransport,
  constructs.missingCommand,
  constructs.missingDot,
  constructs.importedAs,
  constructs.unknownPolicy,
  constructs.twice,
  constructs.tuple,
  names.foreignOperator,
  constructs.comparison,
  constructs.missingIn,
  constructs.missingBranch,
  brackets.unclosed,
  brackets.clauseSeparator,
  names.unknownClause,
  brackets.missingComma,
  brackets.wrongCloser,
  names.leftOver,
];

export const explain = (slip: Slip): SyntaxProblem => {
  for (const read of readings) {
    const problem = read(slip);
    if (problem !== null) return problem;
  }
  return otherwise(slip);
};
