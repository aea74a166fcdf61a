/** The clause `after`. */
import type { After } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { byText } from "../compare.ts";
import { coerce, isComposable } from "../composition/coerce.ts";
import { ends } from "../composition/face.ts";
import { siteAt } from "../site.ts";
import type { Predecessor } from "../value.ts";
import { refuse } from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { ask } from "./machine.ts";

/** `after a, b.p`: of each only the name counts, so that nothing else of an automaton is read. */
export function* readAfter({ children }: After<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { at, scope, machine } = context;
  const found: Predecessor[] = [];
  let next = at + 1;
  for (const term of children) {
    const site = siteAt(scope.origin, next);
    const value = yield ask(term, next, scope);
    next += term.size;
    if (value._tag === "Poison") continue;
    const isNothing = value._tag === "List" && value.length === 0;
    if (!isNothing && !isComposable(value)) {
      refuse("`after` takes automata, or ports of them", value, site, machine);
      continue;
    }
    const { value: meant, problems } = coerce(value, site);
    machine.take(problems);
    const port = meant.pick?.port ?? null;
    if (meant.pick !== null && !meant.pick.provided) {
      const message = `\`after\` takes a port that is provided, and \`${port}\` is required`;
      machine.report("unknown-port", message, site);
      continue;
    }
    for (const { sources } of ends(meant.front))
      for (const { automaton, ports } of sources)
        if (port === null || ports.length > 0) found.push({ automaton, port, site });
  }
  draft.after = inOrder(found);
}

const inOrder = (all: readonly Predecessor[]): readonly Predecessor[] => {
  const sorted = [...all].sort(
    (a, b) => byText(a.automaton, b.automaton) || byText(a.port ?? "", b.port ?? ""),
  );
  return sorted.filter((one, i) => {
    const before = sorted[i - 1];
    return before?.automaton !== one.automaton || before.port !== one.port;
  });
};
