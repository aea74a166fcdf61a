/** The clauses of automata, for people. */

export interface ClauseDoc {
  readonly word: string;
  readonly form: string;
  readonly text: string;
  /** Whether an automaton may have several. */
  readonly many: boolean;
}

const clause = (form: string, text: string, many = false): ClauseDoc => ({
  word: /^\w+/.exec(form)![0],
  form,
  text,
  many,
});

/** By the tag of the term. */
export const clauseDocs: Readonly<Record<string, ClauseDoc>> = {
  Provides: clause("provides PORT: PROTOCOL on tcp|udp NUMBER", "A port that it offers.", true),
  Requires: clause(
    "requires PORT: PROTOCOL",
    "What it needs of another automaton. `requires PORT?:` may stay unwired.",
    true,
  ),
  Runs: clause(
    "runs exec [ARGV…]",
    "The program of each instance. Without one, an instance is a bare network namespace.",
  ),
  Env: clause("env { KEY = EXPR, … }", "Variables of the environment of its program."),
  Instances: clause(
    "instances EXPR [settle DURATION]",
    "How many there are: a number, or an equation over `self`. Without it there is 1. Scaling down waits until less has been asked for `settle` long (30s).",
  ),
  Health: clause(
    'health tcp | http "/path" | exec [ARGV…] [every DURATION] [timeout DURATION]',
    "How an instance shows that it can serve.",
  ),
  Restart: clause(
    "restart always | on-failure | never",
    "Whether an instance that ends begins anew (always).",
  ),
  Named: clause("name EXPR", "The name of the automaton, inside of `with`."),
};
