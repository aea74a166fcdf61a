/** The clause `state`. */
import { hostListDirectory } from "../../core/resource.ts";
import type { State } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import type { Site } from "../problem.ts";
import { childAt, focusAt, siteAt } from "../site.ts";
import type { AutomatonValue } from "../value.ts";
import { type Check, refuse } from "./checks.ts";
import type { ClauseContext, Doing, Draft } from "./draft.ts";
import { ask, type Machine } from "./machine.ts";
import { checkSize } from "./size.ts";

/** What the kernel shows, and what every instance has of its own. */
const taken = [
  "/proc",
  "/sys",
  "/dev",
  "/run/netns",
  "/run/secrets",
  hostListDirectory,
  "/etc/hosts",
  "/etc/resolv.conf",
  // Where an instance is prepared before its program starts.
  "/tmp/.files",
  "/tmp/.root",
];

/** Every instance has an empty one of its own, in which it is prepared. */
const ownTmp = "/tmp";

/** `what`: `state`, `a file` */
export const checkMountPath =
  (what: string): Check<string> =>
  (value, site, machine) => {
    const wanted = `${what} is at an absolute path`;
    if (value._tag !== "String" || !value.text.startsWith("/") || value.text.includes("\u0000"))
      return refuse(wanted, value, site, machine);
    const parts = value.text.split("/").filter((part) => part !== "" && part !== ".");
    if (parts.includes("..")) return refuse(`${wanted} without \`..\``, value, site, machine);
    const path = `/${parts.join("/")}`;
    const isTaken = taken.some((each) => path === each || path.startsWith(`${each}/`));
    if (path !== "/" && path !== ownTmp && !isTaken) return path;
    const hints =
      path === ownTmp
        ? [
            {
              message: `every instance has an empty ${ownTmp} of its own; name a directory in it, or elsewhere`,
            },
          ]
        : [];
    machine.report("type-mismatch", `${path} is the system's own: ${what} cannot be there`, site, hints);
    return null;
  };

const checkFormer: Check<string> = (value, site, machine) =>
  value._tag === "String" && /^(?:[A-Za-z_][\w-]*\.)?[A-Za-z_]\w*$/.test(value.text)
    ? value.text
    : refuse("`formerly` takes the name of a state, or `AUTOMATON.NAME`", value, site, machine);

/** With less there is no room for a journal in its file system. */
const leastSize = 8 * 2 ** 20;

/** `state NAME at PATH [size D] [formerly OLD]`; the second of one name is reported and left out. */
export function* readState(node: State<Term>, context: ClauseContext, draft: Draft): Doing<void> {
  const { term, at, scope, machine } = context;
  const { name, children } = node;
  const site = focusAt(scope.origin, at);
  const path = checkMountPath("`state`")(
    yield ask(children[0], at + 1, scope),
    siteAt(scope.origin, at + 1),
    machine,
  );
  const former = node.size ? 2 : 1;
  let size: number | null = null;
  if (node.size) {
    const behind = childAt(term, at, 1);
    const value = yield ask(children[1]!, behind, scope);
    size = checkSize("state", leastSize)(value, siteAt(scope.origin, behind), machine);
  }
  let formerly: string | null = null;
  if (children[former] !== undefined) {
    const behind = childAt(term, at, former);
    formerly = checkFormer(yield ask(children[former], behind, scope), siteAt(scope.origin, behind), machine);
  }
  const first = draft.state.find((one) => one.name === name);
  if (first !== undefined)
    machine.report("duplicate-name", `this automaton has the state \`${name}\` twice`, site, [
      { message: "the first one is here", site: first.site },
    ]);
  else if (path !== null) draft.state.push({ name, path, size, formerly, site });
}

/** Reports states that lie in one another, and those of an automaton of which two instances would run at once. */
export const checkState = ({ state, update }: AutomatonValue, machine: Machine): void => {
  const [first] = state;
  if (first !== undefined && update === "roll")
    machine.report(
      "type-mismatch",
      "an automaton with state is replaced in place: with `update roll` two instances would have one directory",
      first.site,
      [{ message: "leave out `update roll`" }],
    );
  for (const one of state)
    for (const other of state)
      if (
        one !== other &&
        `${one.path}/`.startsWith(`${other.path}/`) &&
        isLater(one.site, other.site, one.path !== other.path)
      )
        machine.report(
          "duplicate-name",
          `${one.path} is in ${other.path}, where the state \`${other.name}\` is`,
          one.site,
          [{ message: "the other one is here", site: other.site }],
        );
};

/** Of two at one path the later is told; one that is within the other is told wherever it stands. */
const isLater = (one: Site, other: Site, isWithin: boolean): boolean => isWithin || one.at > other.at;
