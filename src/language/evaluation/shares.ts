/** The clause `shares`. */
import type { Shares } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import type { Site } from "../problem.ts";
import { childAt, siteAt } from "../site.ts";
import { type AutomatonValue, text } from "../value.ts";
import { type Check, refuse } from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { bareText } from "./lookup.ts";
import { ask, type Machine } from "./machine.ts";
import { checkMountPath } from "./state.ts";

/** As it is written, without what says nothing: `/a/./b/` is `/a/b`. */
const plainPath = (path: string): string =>
  `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;

const checkSource: Check<string> = (value, site, machine) => {
  const wanted = "`shares` takes a path of this machine";
  if (value._tag !== "String" || value.text === "" || value.text.includes("\u0000"))
    return refuse(wanted, value, site, machine);
  const path = machine.world.place?.(value.text) ?? value.text;
  if (!path.startsWith("/")) return path;
  if (path.split("/").includes("..")) return refuse(`${wanted} without \`..\``, value, site, machine);
  const plain = plainPath(path);
  if (plain !== "/" && plain !== "/proc" && !plain.startsWith("/proc/")) return plain;
  const message = `${plain} as the machine has it is the machine itself: it cannot be shared`;
  machine.report("type-mismatch", message, site);
  return null;
};

const checkShown = checkMountPath("what is shared");

/** Where it is seen: also among devices, where nothing else is to be. */
const checkPlace: Check<string> = (value, site, machine) => {
  const isOwn = value._tag === "String" && /^\/(?:dev|sys)\/(?!.*\.\.)/.test(value.text);
  return isOwn ? plainPath(value.text) : checkShown(value, site, machine);
};

/** `shares PATH [at PATH]`; the second of one place is reported and left out. */
export function* readShares({ children }: Shares<Term>, place: ClauseContext, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = place;
  const [sourceTerm, pathTerm] = children;
  const site = siteAt(scope.origin, at + 1);
  const said = bareText(sourceTerm, at + 1, scope, machine) ?? (yield ask(sourceTerm, at + 1, scope));
  const source = checkSource(said, site, machine);
  const behind = pathTerm === undefined ? at + 1 : childAt(term, at, 1);
  const seen = pathTerm === undefined ? source && text(source) : yield ask(pathTerm, behind, scope);
  const path = seen && checkPlace(seen, siteAt(scope.origin, behind), machine);
  if (source === null || path === null) return;
  const first = draft.shares.find((one) => one.path === path);
  if (first === undefined) {
    draft.shares.push({ source, path, site });
    return;
  }
  const hints = [{ message: "the first one is here", site: first.site }];
  machine.report("duplicate-name", `this automaton has \`shares\` at ${path} twice`, site, hints);
}

/** What has a place of its own in an instance, in words, and where that is said. */
interface Taken {
  readonly path: string;
  readonly what: string;
  readonly site: Site | null;
}

/** Reports what is shared at the place of something else. */
export const checkShares = (
  { shares, state, scratch, files }: AutomatonValue,
  { scratchSites, fileSites }: Draft,
  machine: Machine,
): void => {
  const taken: readonly Taken[] = [
    ...state.map(({ name, path, site }) => ({ path, what: `the state \`${name}\``, site })),
    ...[...scratch.keys()].map((path) => ({
      path,
      what: "a scratch directory",
      site: scratchSites.get(path) ?? null,
    })),
    ...[...files.keys()].map((path) => ({ path, what: "a file", site: fileSites.get(path) ?? null })),
  ];
  for (const { path, site } of shares) {
    const other = taken.find((one) => one.path === path);
    if (other === undefined) continue;
    const hints = other.site === null ? [] : [{ message: "that is said here", site: other.site }];
    machine.report(
      "duplicate-name",
      `what is shared at ${path} and ${other.what} have one place`,
      site,
      hints,
    );
  }
};
