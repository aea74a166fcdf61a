/** From session terms to a plan. */
import type { Term } from "../../core/term.ts";
import type { Site } from "../problem.ts";
import { Plan, theEnd } from "./plan.ts";
import { type Reading, readName, readNames, readValue } from "./read-name.ts";
import { readPath, readPayload } from "./read-payload.ts";
import { type Around, type Binder, outermost, Recursion } from "./recursion.ts";
import { inside, type Report, type Scope } from "./scope.ts";

/** A term to be read into the instruction at an index. */
interface Visit {
  readonly _tag: "Visit";
  readonly term: Term;
  readonly site: Site;
  readonly index: number;
  readonly around: Around;
}

type Step =
  | Visit
  | { readonly _tag: "Unbind"; readonly name: string; readonly outer: Binder | undefined }
  /** The second of `;`, when it is known whether the first can end at once. */
  | { readonly _tag: "Second"; readonly first: number; readonly visit: Visit };

/** A reading of one session: a loop with a stack of its own, for terms of any depth. */
class Reader implements Reading {
  readonly plan = new Plan();
  readonly recursion = new Recursion();
  readonly scope: Scope;
  readonly report: Report;
  readonly #stack: Step[] = [];

  constructor(scope: Scope, report: Report) {
    this.scope = scope;
    this.report = report;
  }

  read(term: Term, site: Site): number {
    const root = this.plan.reserve();
    this.#later(term, site, root, outermost);
    for (let step = this.#stack.pop(); step !== undefined; step = this.#stack.pop()) {
      if (step._tag === "Visit") this.#enter(step);
      else if (step._tag === "Unbind") this.recursion.unbind(step.name, step.outer);
      else if (this.plan.endsAtOnce(step.first)) this.#stack.push(step.visit);
      else this.#stack.push({ ...step.visit, around: this.recursion.behindGuard(step.visit.around) });
    }
    return root;
  }

  #later(term: Term, site: Site, index: number, around: Around): void {
    this.#stack.push({ _tag: "Visit", term, site, index, around });
  }

  #enter({ term, site, index, around }: Visit): void {
    const { plan, recursion } = this;
    const { node } = term;
    switch (node._tag) {
      case "End":
        plan.write(index, { _tag: "End" });
        return;
      case "Send":
      case "Receive":
        this.#prefix(term, site, index, around);
        return;
      case "Select":
      case "Offer":
        this.#choice(term, site, index, around);
        return;
      case "Mu": {
        const body = plan.reserve();
        plan.write(index, { _tag: "Jump", to: body });
        const outer = recursion.bind(node.name, index, site);
        this.#stack.push({ _tag: "Unbind", name: node.name, outer });
        this.#later(node.children[0], inside(site, 1), body, { ...around, inner: true });
        return;
      }
      case "Dual": {
        const of = plan.reserve();
        plan.write(index, { _tag: "Dual", of });
        this.#later(node.children[0], inside(site, 1), of, { ...around, inner: true });
        return;
      }
      case "Then": {
        const [a, b] = node.children;
        const [first, second] = [plan.reserve(), plan.reserve()];
        plan.write(index, { _tag: "Then", first, second });
        const place = inside(site, 1 + a.size);
        const visit: Visit = {
          _tag: "Visit",
          term: b,
          site: place,
          index: second,
          around: { ...around, inner: true },
        };
        this.#stack.push({ _tag: "Second", first, visit });
        this.#later(a, inside(site, 1), first, recursion.beforeThen(around));
        return;
      }
      case "Name":
        plan.write(index, readName(node.name, site, around, this));
        return;
      default:
        plan.write(index, readValue(this.report.take(this.scope.evaluate(term, site)), null, site, this));
    }
  }

  #prefix(term: Term, site: Site, index: number, around: Around): void {
    const { plan, scope, report } = this;
    const _tag = term.node._tag as "Send" | "Receive";
    const [payloadTerm, then] = term.node.children as readonly [Term, Term?];
    const place = inside(site, 1);
    const behind = this.recursion.behindGuard(around);
    if (payloadTerm.node._tag !== "Path" || then !== undefined) {
      const payload = readPayload(payloadTerm, place, scope, report);
      const next = then === undefined ? theEnd : plan.reserve();
      plan.write(index, { _tag, payload, next });
      if (then !== undefined) this.#later(then, inside(site, 1 + payloadTerm.size), next, behind);
      return;
    }
    const { names } = payloadTerm.node;
    const { payload, rest } = readPath(names, place, scope, report);
    const next = rest.length === 0 ? theEnd : plan.reserve();
    plan.write(index, { _tag, payload, next });
    // What the parser took for more of the payload's path is where the session goes on.
    const from = names.length - rest.length;
    if (rest.length === 1) {
      const before = `${names.slice(0, from).join(".")} . `;
      plan.write(next, readName(rest[0]!, place, behind, this, before));
    } else if (rest.length > 1) plan.write(next, readNames(names, from, place, this));
  }

  #choice(term: Term, site: Site, index: number, around: Around): void {
    const _tag = term.node._tag as "Select" | "Offer";
    const children = term.node.children as readonly Term[];
    if (children.length === 0) {
      const hints = [{ message: "give at least one label, or write `end`" }];
      this.report.add("invalid-protocol", "this choice has nothing to choose from", site, hints);
    }
    const behind = this.recursion.behindGuard(around);
    const branches = new Map<string, number>();
    const sites = new Map<string, Site>();
    const visits: Visit[] = [];
    let offset = 1;
    for (const child of children) {
      const { name } = child.node as { readonly name: string };
      const place = { ...inside(site, offset), focus: true as const };
      const earlier = sites.get(name);
      if (earlier === undefined) sites.set(name, place);
      else {
        const hints = [{ message: "the first one is here", site: earlier }];
        this.report.add(
          "invalid-protocol",
          `the label \`${name}\` stands twice in this choice`,
          place,
          hints,
        );
      }
      const body = this.plan.reserve();
      branches.set(name, body);
      const inner = child.node.children[0] as Term;
      visits.push({
        _tag: "Visit",
        term: inner,
        site: inside(site, offset + 1),
        index: body,
        around: behind,
      });
      offset += child.size;
    }
    this.plan.write(index, { _tag, branches });
    while (visits.length > 0) this.#stack.push(visits.pop()!);
  }
}

/** Reads a session term into a plan; where it fails the plan does not matter. */
export const readSession = (
  term: Term,
  site: Site,
  scope: Scope,
  report: Report,
): { readonly plan: Plan; readonly root: number } => {
  const reader = new Reader(scope, report);
  const root = reader.read(term, site);
  return { plan: reader.plan, root };
};
