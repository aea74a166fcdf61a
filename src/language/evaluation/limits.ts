/** The clause `limits`. */
import { type LimitName, limitNames } from "../../core/limits.ts";
import type { Limits } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { meant } from "../meant.ts";
import { toDouble } from "../number/rational.ts";
import type { Site } from "../problem.ts";
import type { Dimension } from "../quantity.ts";
import { focusAt, siteAt } from "../site.ts";
import type { Value } from "../value.ts";
import { refuse } from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { ask, type Machine } from "./machine.ts";
import { sizeHint } from "./size.ts";

interface Measure {
  readonly dimension: Dimension;
  readonly isWhole: boolean;
  /** With less no program starts. */
  readonly least: number;
  /** What it takes, in words. */
  readonly takes: string;
}

const measures: Readonly<Record<LimitName, Measure>> = {
  memory: {
    dimension: "size",
    isWhole: true,
    least: 2 ** 20,
    takes: "a size of whole bytes, at least `1MiB`",
  },
  cpu: { dimension: "plain", isWhole: false, least: 0.01, takes: "a number of cores, at least 0.01" },
  processes: { dimension: "plain", isWhole: true, least: 1, takes: "a whole number, at least 1" },
  files: { dimension: "plain", isWhole: true, least: 16, takes: "a whole number, at least 16" },
};

const isLimit = (name: string): name is LimitName => (limitNames as readonly string[]).includes(name);

/** What a limit is; null where it does not fit, which then is reported. */
const checkLimit = (name: LimitName, value: Value, site: Site, machine: Machine): number | null => {
  const { dimension, isWhole, least, takes } = measures[name];
  if (value._tag === "Quantity" && value.quantity.dimension === dimension) {
    const { quantity } = value;
    const number = toDouble(quantity);
    const fits = number >= least && number <= Number.MAX_SAFE_INTEGER;
    if (fits && (!isWhole || quantity.denominator === 1)) return number;
  }
  const hint = name === "memory" ? sizeHint(value) : undefined;
  return refuse(`the limit \`${name}\` takes ${takes}`, value, site, machine, hint);
};

/** Takes a limit by its name; what is none is reported at `named`. */
const take = (draft: Draft, name: string, value: Value, named: Site, site: Site, machine: Machine): void => {
  if (!isLimit(name)) {
    const message = `\`limits\` has no \`${name}\`; it has ${limitNames.join(", ")}`;
    machine.report("unknown-field", message, named, meant(name, limitNames));
    return;
  }
  const number = checkLimit(name, value, site, machine);
  if (number === null) return;
  draft.limits ??= new Map();
  draft.limits.set(name, number);
};

/** `limits { memory = 64MiB, ...more }`; the second of one name is reported, and the last one counts. */
export function* readLimits(node: Limits<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { at: from, scope, machine } = context;
  const written = new Map<string, Site>();
  let at = from + 1;
  for (const child of node.children) {
    const entry = child.node;
    const site = siteAt(scope.origin, at + 1);
    if (entry._tag === "Entry") {
      const named = focusAt(scope.origin, at);
      const first = written.get(entry.name);
      if (first === undefined) written.set(entry.name, named);
      else
        machine.report("duplicate-name", `\`${entry.name}\` stands twice in these \`limits\``, named, [
          { message: "it stands here already", site: first },
        ]);
      take(draft, entry.name, yield ask(entry.children[0], at + 1, scope), named, site, machine);
    } else if (entry._tag === "Spread") {
      const value = yield ask(entry.children[0], at + 1, scope);
      if (value._tag === "Record")
        for (const [name, field] of value.fields) take(draft, name, field, site, site, machine);
      else if (value._tag !== "Poison")
        machine.report("type-mismatch", `\`...\` takes a record here, not ${describe(value)}`, site);
    }
    at += child.size;
  }
}
