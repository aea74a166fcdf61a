/** The clause `scratch`. */
import type { Scratch } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { childAt, focusAt, siteAt } from "../site.ts";
import type { AutomatonValue } from "../value.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { ask, type Machine } from "./machine.ts";
import { checkSize } from "./size.ts";
import { checkMountPath } from "./state.ts";

/** With less nothing can be written: the kernel counts in pages. */
const leastSize = 4096;

/** `scratch at PATH [size D]`; the second of one path is reported and left out. */
export function* readScratch({ children }: Scratch<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = context;
  const site = siteAt(scope.origin, at + 1);
  const path = checkMountPath("`scratch`")(yield ask(children[0], at + 1, scope), site, machine);
  let size: number | null = null;
  if (children[1] !== undefined) {
    const behind = childAt(term, at, 1);
    const value = yield ask(children[1], behind, scope);
    size = checkSize("scratch", leastSize)(value, siteAt(scope.origin, behind), machine);
    if (size === null) return;
  }
  if (path === null) return;
  const first = draft.scratchSites.get(path);
  if (first !== undefined) {
    const hints = [{ message: "the first one is here", site: first }];
    machine.report("duplicate-name", `this automaton has \`scratch\` at ${path} twice`, site, hints);
    return;
  }
  draft.scratchSites.set(path, focusAt(scope.origin, at));
  draft.scratch ??= new Map();
  draft.scratch.set(path, size);
}

const isIn = (path: string, directory: string): boolean => `${path}/`.startsWith(`${directory}/`);

/** Reports what would lie in one another: two of them, one and a state, or one in a file. A file may lie in one. */
export const checkScratch = (
  { scratch, state, files, site }: AutomatonValue,
  { scratchSites }: Draft,
  machine: Machine,
): void => {
  for (const path of scratch.keys()) {
    const at = scratchSites.get(path) ?? site;
    for (const other of scratch.keys())
      if (path !== other && isIn(path, other))
        machine.report("duplicate-name", `${path} is in ${other}, which is \`scratch\` itself`, at);
    for (const file of files.keys())
      if (isIn(path, file)) machine.report("duplicate-name", `${path} is in ${file}, which is a file`, at);
    const kept = state.find((one) => isIn(one.path, path) || isIn(path, one.path));
    if (kept !== undefined)
      machine.report(
        "duplicate-name",
        `the scratch at ${path} and the state \`${kept.name}\` at ${kept.path} are in each other's way`,
        at,
        [{ message: "the state is here", site: kept.site }],
      );
  }
};
