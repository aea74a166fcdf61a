/** What an import declares: another file as a namespace, or names of it. */

import { nearest } from "../core/nearest.ts";
import type { Read } from "../core/node.ts";
import type { Import } from "../core/syntax/declarations.ts";
import type { Term } from "../core/term.ts";
import type { Value } from "../language/value.ts";
import type { EvaluationResult } from "../language/world.ts";
import type { Definition } from "./definition.ts";
import { declaredNames } from "./module.ts";
import type { Workspace } from "./workspace.ts";

const poison: Value = { _tag: "Poison" };

/** In the order of the names, whatever the order in which they came. */
const declaredIn = (workspace: Workspace, file: string): string[] =>
  [...(workspace.modules.get(file)?.bindings ?? [])]
    .filter(([, { declared }]) => declared.length > 0)
    .map(([name]) => name)
    .sort();

/** The value of the name that `definition` takes from another file. */
export const importedValue = (
  workspace: Workspace,
  definition: Definition,
  node: Import<Term>,
  read: Read,
): EvaluationResult => {
  // One of the names that an import declares tells what is wrong with all of it.
  const speaks =
    workspace.modules.get(definition.file)!.byDeclaration.get(definition.declaration)?.[0] === definition;
  const known = workspace.imports.get(definition);
  const found = known === undefined ? workspace.import(definition) : { file: known };
  if ("problem" in found) return { value: poison, problems: speaks ? [found.problem] : [] };
  const { file } = found;
  const imported = workspace.modules.get(file);
  const valueNamed = (name: string): Value | undefined =>
    imported === undefined ? undefined : workspace.readName(imported, name, read);
  if (node.as !== null) {
    const fields = new Map<string, Value>();
    if (imported !== undefined) read(imported.names);
    for (const name of declaredIn(workspace, file)) fields.set(name, valueNamed(name) ?? poison);
    return { value: { _tag: "Module", file, fields }, problems: [] };
  }
  const value = definition.name === null ? poison : valueNamed(definition.name);
  if (value !== undefined) return { value, problems: [] };
  const name = definition.name!;
  const index = node.children.findIndex((child) => (child.node as { name?: string }).name === name);
  const close = imported === undefined ? null : nearest(name, declaredNames(imported));
  const site = { module: definition.file, declaration: definition.key, at: index + 1 };
  const hints = close === null ? [] : [{ message: `did you mean ${close}?`, site, fix: close }];
  return {
    value: poison,
    problems: [{ code: "unknown-name", message: `${file} declares no ${name}`, site, hints }],
  };
};
