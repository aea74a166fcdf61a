/** From where the parser stopped to a diagnostic for people. */
import * as brackets from "./explain/brackets.ts";
import * as constructs from "./explain/constructs.ts";
import { type ErrorContext, type ErrorRule, here } from "./explain/context.ts";
import * as names from "./explain/names.ts";
import { slipHints } from "./explain/slips.ts";
import { inWords, shown } from "./explain/words.ts";
import type { SyntaxProblem } from "./problem.ts";

const { itemIn } = brackets;

const otherwise = (context: ErrorContext): SyntaxProblem => {
  const { found, previous, expected } = context;
  const item = itemIn(context);
  const wanted = item === null ? inWords(expected) : `${item} or ${inWords(expected)}`;
  const behind = previous === null ? "stand here" : `follow ${shown(previous)}`;
  if (found === null) return here(context, `This ends too soon: ${wanted} should ${behind}.`);
  return here(
    context,
    `${shown(found)} cannot stand here: ${wanted} should ${behind}.`,
    ...slipHints(context),
  );
};

/** In this order: the first that recognises the mistake explains it. */
const rules: readonly ErrorRule[] = [
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

export const explainSyntaxError = (context: ErrorContext): SyntaxProblem => {
  for (const read of rules) {
    const problem = read(context);
    if (problem !== null) return problem;
  }
  return otherwise(context);
};
