/** Why a member is as it is: each pass's attribute, what it was computed from, and its last cause. */
import { passes as chain } from "../../passes/chain.ts";
import { follows } from "../core/cause.ts";
import { parseCell } from "../core/cell-key.ts";
import { clauses, tagOfField } from "../core/clauses.ts";
import { isOfCell } from "../core/trace.ts";
import { undigested } from "../core/undigested.ts";
import type { Fact } from "../language/composition/composition.ts";
import type { Member } from "../language/member.ts";
import type { Site } from "../language/problem.ts";
import type { Definition } from "./definition.ts";
import { type Location, rangeOf } from "./locations.ts";
import { isDefinition, nameOf } from "./origins.ts";
import type { Program } from "./program.ts";
import { provenancesOf, type ReportedProvenance } from "./provenance/report.ts";
import { type Reading, readsOf } from "./reads.ts";
import { cellName, plainValue, type Reason, reasonsOf, tell } from "./reasons.ts";
import { watchPass } from "./watch-pass.ts";

/** Something that an attribute was computed from. */
export interface ExplainedDependency {
  /** `its declaration`, `its instances`, `n`, `input n`, `the addresses of store`. */
  readonly what: string;
  /** Where it is written. */
  readonly place?: Location;
  /** What it is, of an input, or of a name that stands for something plain. */
  readonly value?: unknown;
}

/** What one pass found for an automaton, and why. */
export interface PassExplained {
  readonly pass: string;
  readonly attribute: unknown;
  /** Its clauses and wires, the declarations and inputs behind them, cells, other attributes. */
  readonly from: readonly ExplainedDependency[];
  /** Why the pass last ran for this automaton, in words. */
  readonly cause: string;
  /** The same step by step, what happened first first. */
  readonly because: readonly Reason[];
}

/** What of an automaton is meant: one of its instances, or a port that it provides or requires. */
export type Part =
  | { readonly kind: "instance"; readonly index: number }
  | { readonly kind: "port"; readonly name: string };

/** Why an automaton is as it is. */
export interface Explanation {
  readonly automaton: string;
  /** Null: all of it. The passes are those of the automaton in any case. */
  readonly part: Part | null;
  /** Where the program speaks of it. */
  readonly written: readonly ExplainedDependency[];
  /** Where each thing about it comes from. */
  readonly provenances: readonly ReportedProvenance[];
  readonly passes: readonly PassExplained[];
}

/** Cells that every pass of its kind reads, and that say nothing of the program. */
const unsaid: ReadonlySet<string> = new Set(["limits", "directory"]);

const plainly: ReadonlySet<string> = new Set(["Quantity", "String", "Bool"]);

class Explainer {
  readonly #program: Program;
  readonly #key: string;
  readonly #facts: readonly Fact[];

  constructor(program: Program, key: string, facts: readonly Fact[]) {
    this.#program = program;
    this.#key = key;
    this.#facts = facts;
  }

  /** Where the program speaks of it, or of a port of it. */
  written(part: Part | null): readonly ExplainedDependency[] {
    const member = this.#facts.find((fact) => fact._tag === "Member");
    const own = member === undefined ? [] : [this.#at("its declaration", member.automaton.site)];
    const port = part?.kind === "port" ? part.name : null;
    return [...own, ...this.#wires(port), ...this.#publications(port)];
  }

  /** Of a union nothing: it is written nowhere as one. */
  provenances(part: Part | null): readonly ReportedProvenance[] {
    const { member } = this.#program.augmentation.get(this.#key)!;
    return member._tag === "Union" ? [] : provenancesOf(this.#program, member.automaton, this.#facts, part);
  }

  passes(): readonly PassExplained[] {
    const { augmentation, workspace } = this.#program;
    const { attributes, member } = augmentation.get(this.#key)!;
    return augmentation.trace(this.#key).map(({ pass, reads, why }) => {
      const looked = watchPass(
        augmentation,
        (name) => workspace.cells.get(name),
        chain.find(({ name }) => name === pass)!,
        this.#key,
      );
      const from = new Map<string, ExplainedDependency>();
      const add = (source: ExplainedDependency): void => {
        if (!from.has(JSON.stringify(source))) from.set(JSON.stringify(source), source);
      };
      for (const source of this.#clausesRead(member, looked.parts)) add(source);
      for (const name of looked.attributes) add({ what: `its ${name}` });
      for (const read of reads) if (!unsaid.has(read)) add(this.#read(read));
      const because = reasonsOf(this.#program, this.#key, follows(`${pass} of ${this.#key}`, why));
      const isNew = because[0]!.change === "new" && because[0]!.what === this.#key;
      return {
        pass,
        attribute: undigested(attributes[pass]),
        from: [...from.values()],
        cause: isNew ? "it is new" : tell(because),
        because,
      };
    });
  }

  /** What clauses and wires say, and what was read for them. */
  *#clausesRead(member: Member, parts: ReadonlySet<string>): Iterable<ExplainedDependency> {
    if (parts.has("wires")) yield* this.#wires();
    if (parts.has("publications")) yield* this.#publications();
    if (member._tag === "Union") return;
    const { workspace } = this.#program;
    const around = this.#facts.flatMap((fact) => (fact._tag === "Member" ? [fact.site] : []));
    for (const part of parts) {
      const tag = tagOfField.get(part.slice(part.indexOf(".") + 1));
      // An automaton's name is its identity: what follows from it is not computed.
      if (tag === undefined || tag === "Named" || !part.startsWith("automaton.")) continue;
      const { clauses: sites, readings } = readsOf(workspace, member.automaton, tag, around);
      for (const site of sites) yield this.#at(`its clause ${clauses[tag].word}`, site);
      for (const reading of readings) yield this.#reading(reading);
    }
  }

  #reading(reading: Reading): ExplainedDependency {
    if (isDefinition(reading)) return this.#declaration(reading);
    const { cells } = this.#program.workspace;
    const { _tag } = parseCell(reading);
    // Not even the digest of its value is told; of a file it may be long.
    if (_tag === "Secret" || _tag === "File") return { what: cellName(reading) };
    return { what: cellName(reading), value: plainValue(cells.get(reading) ?? cells.unsetOf(reading)) };
  }

  #declaration(definition: Definition): ExplainedDependency {
    const site: Site = { module: definition.file, declaration: definition.key, at: 0, focus: true };
    const { value } = definition.node;
    const source = this.#at(nameOf(definition), site);
    return value !== undefined && plainly.has(value._tag) ? { ...source, value: plainValue(value) } : source;
  }

  /** What an algebra read through its reader. */
  #read(read: string): ExplainedDependency {
    if (isOfCell(read)) return this.#reading(read);
    const [, attribute, member] = /^@([^ .]+)\S* of (.*)$/s.exec(read) ?? ["", "", read];
    return { what: `the ${attribute} of ${member}` };
  }

  /** Of all requirements, or of the one of that name. */
  *#wires(requirement: string | null = null): Iterable<ExplainedDependency> {
    for (const fact of this.#facts) {
      if (fact._tag !== "Wire" || (requirement !== null && fact.requirement !== requirement)) continue;
      const to = fact.to.map(({ automaton, port }) => `${automaton}.${port}`).join(" | ");
      yield this.#at(`the wire of ${fact.requirement} to ${to}`, fact.site);
    }
  }

  *#publications(port: string | null = null): Iterable<ExplainedDependency> {
    for (const fact of this.#facts) {
      if (fact._tag !== "Publish") continue;
      const isMeant = fact.to.some((to) => to.automaton === this.#key && to.port === port);
      if (port === null || isMeant) yield this.#at(`its publication at port ${fact.hostPort}`, fact.site);
    }
  }

  #at(what: string, site: Site): ExplainedDependency {
    return { what, place: { file: site.module, range: rangeOf(this.#program.workspace, site) } };
  }
}

/** Null where the system has no such automaton. */
export const explain = (program: Program, name: string, part: Part | null = null): Explanation | null => {
  const { relations } = program;
  if (program.augmentation.get(name) === undefined || relations === null) return null;
  const explainer = new Explainer(program, name, [...relations.factsOf(name)]);
  return {
    automaton: name,
    part,
    written: explainer.written(part),
    provenances: explainer.provenances(part),
    passes: explainer.passes(),
  };
};
