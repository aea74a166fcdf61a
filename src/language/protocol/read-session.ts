/** From session terms to a plan. */
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import type { Value } from "../value.ts";
import { followPath, type Wanted } from "./path.ts";
import { Plan, theEnd } from "./plan.ts";
import { readPath, readPayload } from "./read-payload.ts";
import { didYouMean, inside, type Report, type Scope } from "./scope.ts";

/** What a term's surroundings mean for the recursion variables in it. */
interface Around {
  /** Variables of the outermost so many `mu`s may not stand here: it is left of `;`. */
  readonly barred: number;
  /** Of the outermost so many `mu`s something has been said between them and here. */
  readonly guarded: number;
  /** Whether this is a part of a session, so that a name may be meant as a variable. */
  readonly inner: boolean;
}

interface Binder {
  readonly depth: number;
  readonly instruction: number;
  readonly site: Site;
}

type Step =
  | {
      readonly _tag: "Visit";
      readonly term: Term;
      readonly site: Site;
      /** The index to be written. */
      readonly index: number;
      readonly around: Around;
    }
  | { readonly _tag: "Unbind"; readonly name: string; readonly outer: Binder | undefined }
  /** The second of `;`, when it is known whether the first can end at once. */
  | { readonly _tag: "Second"; readonly first: number; readonly visit: Extract<Step, { _tag: "Visit" }> };

const protocol: Wanted = { kind: "protocol", always: [] };

/** A reading of one session: a loop with a stack of its own, for terms of any depth. */
class Reader {
  readonly plan = new Plan();
  readonly #scope: Scope;
  readonly #report: Report;
  readonly #stack: Step[] = [];
  readonly #binders = new Map<string, Binder>();
  #depth = 0;

  constructor(scope: Scope, report: Report) {
    this.#scope = scope;
    this.#report = report;
  }

  read(term: Term, site: Site): number {
    const root = this.plan.reserve();
    this.#visit(term, site, root, { barred: 0, guarded: 0, inner: false });
    for (let step = this.#stack.pop(); step !== undefined; step = this.#stack.pop()) {
      if (step._tag === "Visit") this.#enter(step);
      else if (step._tag === "Unbind") {
        this.#depth--;
        if (step.outer === undefined) this.#binders.delete(step.name);
        else this.#binders.set(step.name, step.outer);
      } else if (this.plan.endsAtOnce(step.first)) this.#stack.push(step.visit);
      else this.#stack.push({ ...step.visit, around: this.#behindGuard(step.visit.around) });
    }
    return root;
  }

  #visit(term: Term, site: Site, index: number, around: Around): void {
    this.#stack.push({ _tag: "Visit", term, site, index, around });
  }

  #behindGuard(around: Around): Around {
    return around.guarded === this.#depth && around.inner
      ? around
      : { barred: around.barred, guarded: this.#depth, inner: true };
  }

  #enter({ term, site, index, around }: Extract<Step, { _tag: "Visit" }>): void {
    const { plan } = this;
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
        this.#stack.push({ _tag: "Unbind", name: node.name, outer: this.#binders.get(node.name) });
        this.#binders.set(node.name, { depth: this.#depth++, instruction: index, site });
        this.#visit(node.kids[0], inside(site, 1), body, { ...around, inner: true });
        return;
      }
      case "Dual": {
        const of = plan.reserve();
        plan.write(index, { _tag: "Dual", of });
        this.#visit(node.kids[0], inside(site, 1), of, { ...around, inner: true });
        return;
      }
      case "Then": {
        const [a, b] = node.kids;
        const [first, second] = [plan.reserve(), plan.reserve()];
        plan.write(index, { _tag: "Then", first, second });
        const secondSite = inside(site, 1 + a.size);
        const visit: Step = {
          _tag: "Visit",
          term: b,
          site: secondSite,
          index: second,
          around: { ...around, inner: true },
        };
        this.#stack.push({ _tag: "Second", first, visit });
        this.#visit(a, inside(site, 1), first, { ...around, barred: this.#depth, inner: true });
        return;
      }
      case "Name":
        this.#name(node.name, site, index, around);
        return;
      default: {
        const value = this.#report.take(this.#scope.evaluate(term, site));
        this.#embed(value, null, site, index);
      }
    }
  }

  #prefix(term: Term, site: Site, index: number, around: Around): void {
    const _tag = term.node._tag as "Send" | "Receive";
    const [payloadTerm, then] = term.node.kids as readonly [Term, Term?];
    const payloadSite = inside(site, 1);
    if (payloadTerm.node._tag !== "Path" || then !== undefined) {
      const payload = readPayload(payloadTerm, payloadSite, this.#scope, this.#report);
      const next = then === undefined ? theEnd : this.plan.reserve();
      this.plan.write(index, { _tag, payload, next });
      if (then !== undefined) {
        this.#visit(then, inside(site, 1 + payloadTerm.size), next, this.#behindGuard(around));
      }
      return;
    }
    const { names } = payloadTerm.node;
    const { payload, rest } = readPath(names, payloadSite, this.#scope, this.#report);
    const next = rest.length === 0 ? theEnd : this.plan.reserve();
    this.plan.write(index, { _tag, payload, next });
    // What the parser took for more of the payload's path.
    const from = names.length - rest.length;
    if (rest.length === 1) {
      const behind = `${names.slice(0, from).join(".")} . `;
      this.#name(rest[0]!, payloadSite, next, this.#behindGuard(around), behind);
    } else if (rest.length > 1) this.#path(names, from, payloadSite, next);
  }

  #path(names: readonly string[], from: number, site: Site, index: number): void {
    const { value, past } = followPath(names, from, protocol, site, this.#scope, this.#report);
    if (past < names.length && value._tag !== "Poison") {
      const whole = names.slice(from, past).join(".");
      this.#report.add("unknown-field", `\`${whole}\` has no \`${names[past]}\``, site);
    }
    this.#embed(value, names.slice(from).join("."), site, index);
  }

  #choice(term: Term, site: Site, index: number, around: Around): void {
    const _tag = term.node._tag as "Select" | "Offer";
    const kids = term.node.kids as readonly Term[];
    if (kids.length === 0) {
      const hints = [{ message: "give at least one label, or write `end`" }];
      this.#report.add("invalid-protocol", "this choice has nothing to choose from", site, hints);
    }
    const branches = new Map<string, number>();
    const sites = new Map<string, Site>();
    const visits: Step[] = [];
    let offset = 1;
    for (const kid of kids) {
      const { name } = kid.node as { readonly name: string };
      const labelSite = { ...inside(site, offset), focus: true as const };
      const earlier = sites.get(name);
      if (earlier !== undefined) {
        const hints = [{ message: "the first one is here", site: earlier }];
        this.#report.add(
          "invalid-protocol",
          `the label \`${name}\` stands twice in this choice`,
          labelSite,
          hints,
        );
      } else sites.set(name, labelSite);
      const body = this.plan.reserve();
      branches.set(name, body);
      const bodyTerm = kid.node.kids[0] as Term;
      visits.push({
        _tag: "Visit",
        term: bodyTerm,
        site: inside(site, offset + 1),
        index: body,
        around: this.#behindGuard(around),
      });
      offset += kid.size;
    }
    this.plan.write(index, { _tag, branches });
    while (visits.length > 0) this.#stack.push(visits.pop()!);
  }

  /** `behind`: what stands in the same place before the name. */
  #name(name: string, site: Site, index: number, around: Around, behind = ""): void {
    const binder = this.#binders.get(name);
    if (binder !== undefined) {
      this.#variable(name, binder, site, index, around);
      return;
    }
    const value = this.#scope.lookup(name);
    if (value !== undefined) {
      this.#embed(value, name, site, index);
      return;
    }
    this.plan.write(index, { _tag: "End" });
    const candidates = [...this.#binders.keys(), ...this.#scope.names()];
    const near = didYouMean(name, candidates, (one) => `${behind}${one}`);
    // Within a session a name in lower case reads as a variable, by the custom of the language.
    if (around.inner && /^[a-z_]/.test(name)) {
      const hints = near.length > 0 ? near : [{ message: `bind it: \`mu ${name}. …\`` }];
      this.#report.add(
        "invalid-protocol",
        `no \`mu\` binds \`${name}\`, and no protocol has this name`,
        site,
        hints,
      );
    } else this.#report.add("unknown-name", `there is no protocol \`${name}\``, site, near);
  }

  #variable(name: string, binder: Binder, site: Site, index: number, around: Around): void {
    this.plan.write(index, { _tag: "Jump", to: binder.instruction });
    const bound = { message: `\`${name}\` is bound here`, site: { ...binder.site, focus: true as const } };
    if (binder.depth < around.barred) {
      const message = `the recursion variable \`${name}\` stands left of \`;\`, so what follows would be said ever more often`;
      const hint = { message: `close the recursion before it: \`(mu ${name}. …) ; …\`` };
      this.#report.add("invalid-protocol", message, site, [hint, bound]);
    } else if (binder.depth >= around.guarded) {
      const message = `\`${name}\` stands for itself: nothing is sent, received or chosen before it comes round again`;
      this.#report.add("invalid-protocol", message, site, [bound]);
    }
  }

  #embed(value: Value, name: string | null, site: Site, index: number): void {
    if (value._tag === "Protocol") {
      this.plan.write(index, { _tag: "Jump", to: this.plan.embed(value.session) });
      return;
    }
    this.plan.write(index, { _tag: "End" });
    if (value._tag === "Poison") {
      this.#report.poison();
      return;
    }
    const what = name === null ? `this is ${describe(value)}` : `\`${name}\` is ${describe(value)}`;
    const hints = value._tag === "Type" ? [{ message: "a payload is sent or received: `!T` or `?T`" }] : [];
    this.#report.add("type-mismatch", `a protocol is expected here, but ${what}`, site, hints);
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
