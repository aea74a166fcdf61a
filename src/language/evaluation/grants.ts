/** The clause `grants`. */
import { type CapabilityName, capabilityNames } from "../../core/capabilities.ts";
import { nearest } from "../../core/nearest.ts";
import type { Grants } from "../../core/syntax/clauses.ts";
import type { Term } from "../../core/term.ts";
import { byText } from "../compare.ts";
import type { Site } from "../problem.ts";
import { childAt, focusAt } from "../site.ts";
import type { ClauseContext, Draft } from "./draft.ts";
import type { Machine } from "./machine.ts";

const isCapability = (name: string): name is CapabilityName =>
  (capabilityNames as readonly string[]).includes(name);

/** The capability of a name; null where there is none, which then is reported. */
const checkCapability = (name: string, site: Site, machine: Machine): CapabilityName | null => {
  if (isCapability(name)) return name;
  // As the kernel and other tools write it.
  const plain = name.toLowerCase().replace(/^cap_/, "");
  const meant = isCapability(plain) ? plain : null;
  const begun = capabilityNames.filter((one) => one.startsWith(`${plain}_`));
  const near = begun.length === 1 ? begun[0]! : nearest(plain, capabilityNames);
  const message = `\`grants\` takes names of capabilities, and \`${name}\` is none`;
  const hint =
    meant !== null
      ? `write \`${meant}\``
      : near !== null
        ? `did you mean \`${near}\`?`
        : "capabilities(7) tells them all: they are written here as `net_admin`";
  machine.report("type-mismatch", message, site, [{ message: hint }]);
  return null;
};

/** `grants [net_admin, …]`. */
export const readGrants = (
  node: Grants<Term>,
  { term, at, scope, machine }: ClauseContext,
  draft: Draft,
): null => {
  const found = new Set<CapabilityName>();
  for (const [i, child] of node.children.entries()) {
    if (child.node._tag !== "Grant") continue;
    const name = checkCapability(child.node.name, focusAt(scope.origin, childAt(term, at, i)), machine);
    if (name !== null) found.add(name);
  }
  draft.grants = [...found].sort(byText);
  return null;
};
