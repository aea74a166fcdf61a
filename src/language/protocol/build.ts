/** From the terms of protocols and payloads to their values. */
import type { Term } from "../../core/term.ts";
import type { Site } from "../problem.ts";
import { poison, type Value } from "../value.ts";
import type { EvaluationResult } from "../world.ts";
import { canonical } from "./canonical.ts";
import { readPayload } from "./read-payload.ts";
import { readSession } from "./read-session.ts";
import { Report, type Scope } from "./scope.ts";
import { unfold } from "./unfold.ts";

/**
 * The protocol that a session term means, or poison with what is wrong with it:
 * unbound or unguarded variables, variables left of `;`, repeated labels and empty
 * choices are `invalid-protocol`; one of too many states is `limit-exceeded`.
 */
export const buildSession = (term: Term, site: Site, scope: Scope): EvaluationResult => {
  const report = new Report();
  const { plan, root } = readSession(term, site, scope, report);
  if (report.failed) return { value: poison, problems: inOrder(report) };
  const unfolded = unfold(plan, root, scope.limit);
  if (unfolded === null) {
    const message = `this protocol has more than ${scope.limit} states`;
    report.add("limit-exceeded", message, site, [{ message: "each `;` multiplies what stands left of it" }]);
    return { value: poison, problems: inOrder(report) };
  }
  const session = canonical(unfolded.states, unfolded.start);
  return { value: { _tag: "Protocol", session }, problems: inOrder(report) };
};

/** The payload type that a payload term means, or poison with what is wrong with it. */
export const buildPayload = (term: Term, site: Site, scope: Scope): EvaluationResult => {
  const report = new Report();
  const payload = readPayload(term, site, scope, report);
  const value: Value = report.failed ? poison : { _tag: "Type", payload };
  return { value, problems: inOrder(report) };
};

const inOrder = (report: Report): EvaluationResult["problems"] =>
  report.problems.sort((a, b) => a.site.at - b.site.at);
