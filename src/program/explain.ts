/** Why a member is as it is: each pass's attribute, what it was computed from, and its last cause. */

import type { Range } from "../core/diagnostic.ts";
import { cellRead } from "../core/trace.ts";
import type { Site } from "../language/problem.ts";
import { rangeOf } from "./places.ts";
import type { Program } from "./program.ts";

export interface Place {
  readonly file: string;
  readonly range: Range;
}

export interface Source {
  /** `its declaration`, `the wire of catalogue`, `region`, `the addresses of store`. */
  readonly what: string;
  /** Where it is written. */
  readonly place?: Place;
  /** What it was, of a cell. */
  readonly value?: unknown;
}

export interface PassExplained {
  readonly pass: string;
  readonly attribute: unknown;
  readonly from: readonly Source[];
  /** Why the pass last ran for this automaton. */
  readonly cause: string;
}

export interface Explanation {
  readonly automaton: string;
  /** Where the program speaks of it. */
  readonly written: readonly Source[];
  readonly passes: readonly PassExplained[];
}

const readable = (program: Program, read: string): Source => {
  const cell = /^cell (?:(input|observed) )?(.*)$/s.exec(read);
  if (cell === null) {
    const [, pass, member] = /^(\S+) of (.*)$/s.exec(read) ?? ["", "", read];
    return { what: `the ${pass} of ${member}` };
  }
  const value = program.workspace.cells.get(read.slice("cell ".length));
  return { what: cell[2]!, value: value ?? null };
};

/** Null where the system has no such automaton. */
export const explain = (program: Program, name: string): Explanation | null => {
  const node = program.augmentation.get(name);
  const relations = program.relations;
  if (node === undefined || relations === null) return null;
  const place = (site: Site): Place => ({ file: site.module, range: rangeOf(program.workspace, site) });
  const written: Source[] = [];
  for (const fact of relations.factsOf(name)) {
    if (fact._tag === "Member") {
      if (written.every(({ what }) => what !== "its declaration")) {
        written.push({ what: "its declaration", place: place(fact.automaton.site) });
      }
    } else if (fact._tag === "Wire") {
      const to = fact.to.map(({ automaton, port }) => `${automaton}.${port}`).join(" | ");
      written.push({ what: `the wire of ${fact.requirement} to ${to}`, place: place(fact.site) });
    } else {
      written.push({ what: `its publication at port ${fact.hostPort}`, place: place(fact.site) });
    }
  }
  const passes = program.augmentation.trace(name).map(({ pass, reads, why }) => ({
    pass,
    attribute: node.attributes[pass],
    // Bounds decide whether there is a result, not which.
    from: reads.filter((read) => read !== cellRead("limits")).map((read) => readable(program, read)),
    cause: why,
  }));
  return { automaton: name, written, passes };
};
