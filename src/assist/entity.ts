/** What a name in a program stands for, wherever that was made. */

import { builtins } from "../language/builtins/builtins.ts";
import { coerce, isComposable } from "../language/composition/coerce.ts";
import { leaves } from "../language/composition/facts.ts";
import { basePayloads } from "../language/names.ts";
import type { Site } from "../language/problem.ts";
import type { AutomatonValue, ProvidedPort, RequiredPort, Value } from "../language/value.ts";
import type { Definition } from "../program/definition.ts";
import type { Module } from "../program/module.ts";
import type { Workspace } from "../program/workspace.ts";
import type { Occurrence } from "./occurrences.ts";
import { definitionsOf, type Standing, standing, valueAt } from "./spot.ts";

export type Port =
  | { readonly role: "provides"; readonly port: ProvidedPort }
  | { readonly role: "requires"; readonly port: RequiredPort };

export type Entity =
  /** A parameter or the like, by the position of what binds it in its declaration. */
  | { readonly _tag: "Local"; readonly of: Standing; readonly at: number; readonly name: string }
  /** What a declaration makes, in the file that makes it. */
  | { readonly _tag: "Definition"; readonly definition: Definition }
  | { readonly _tag: "Port"; readonly automaton: AutomatonValue; readonly port: Port }
  | { readonly _tag: "Builtin"; readonly name: string }
  | { readonly _tag: "Payload"; readonly name: string };

/** The definition that a name of a file stands for, through imports by name. */
export const definitionNamed = (workspace: Workspace, file: string, name: string): Definition | null => {
  let definition = workspace.lookup(file, name);
  const seen = new Set<Definition>();
  while (definition !== undefined && !seen.has(definition)) {
    seen.add(definition);
    const node = definition.term?.node;
    if (node?._tag !== "Import" || node.as !== null) return definition;
    const imported = workspace.imports.get(definition);
    const next = imported === undefined ? undefined : workspace.lookup(imported, name);
    if (next === undefined) return definition;
    definition = next;
  }
  return definition ?? null;
};

/** The file that a name of a file stands for. */
export const fileOfAlias = (workspace: Workspace, file: string, alias: string): string | null => {
  const definition = workspace.lookup(file, alias);
  return definition === undefined ? null : (workspace.imports.get(definition) ?? null);
};

const inAutomaton = (automaton: AutomatonValue, name: string): Entity | null => {
  const provided = automaton.provides.find((port) => port.name === name);
  if (provided !== undefined) return { _tag: "Port", automaton, port: { role: "provides", port: provided } };
  const required = automaton.requires.find((port) => port.name === name);
  if (required !== undefined) return { _tag: "Port", automaton, port: { role: "requires", port: required } };
  return null;
};

/** What is wrong is told elsewhere. */
const nowhere: Site = { module: "", declaration: "", at: 0 };

/** The port of a name that a value has; of a composition, that of its first automaton with one. */
export const portOf = (value: Value, name: string): Entity | null => {
  if (value._tag === "Automaton") return inAutomaton(value, name);
  if (!isComposable(value)) return null;
  for (const fact of leaves(coerce(value, nowhere).value.facts)) {
    const found = fact._tag === "Member" ? inAutomaton(fact.automaton, name) : null;
    if (found !== null) return found;
  }
  return null;
};

const ofGlobal = (workspace: Workspace, file: string, name: string): Entity | null => {
  const definition = definitionNamed(workspace, file, name);
  if (definition !== null) return { _tag: "Definition", definition };
  if (builtins.has(name) || name === "host" || name === "internet") return { _tag: "Builtin", name };
  return basePayloads.has(name) ? { _tag: "Payload", name } : null;
};

/** Of a port's declaration: the port of the automaton that is declared around it. */
const ofPort = (workspace: Workspace, of: Standing, name: string): Entity | null => {
  for (const definition of definitionsOf(of)) {
    const found = portOf(workspace.valueOf(definition), name);
    if (found !== null) return found;
  }
  return null;
};

/** Null where a name names nothing that is known. */
export const entityOf = (workspace: Workspace, of: Standing, { target, name }: Occurrence): Entity | null => {
  const { module } = of;
  switch (target._tag) {
    case "Local":
      return { _tag: "Local", of, at: target.at, name };
    case "Global":
    case "Imported":
      return ofGlobal(workspace, module.file, target.name);
    case "OfModule": {
      const file = fileOfAlias(workspace, module.file, target.alias);
      return file === null ? null : ofGlobal(workspace, file, target.name);
    }
    case "Field": {
      const value = valueAt(workspace, module, target.owner);
      return value === null ? null : portOf(value, target.name);
    }
    case "Argument": {
      const value = valueAt(workspace, module, target.callee);
      if (value === null) return null;
      if (value._tag === "Fn") return ofParameter(workspace, value.closure.site, target.name);
      return portOf(value, target.name);
    }
    case "Port":
      return ofPort(workspace, of, target.name);
  }
};

/** The parameter of a function that a definition declares. */
const ofParameter = (
  workspace: Workspace,
  site: { readonly module: string; readonly declaration: string; readonly at: number },
  name: string,
): Entity | null => {
  const module: Module | undefined = workspace.modules.get(site.module);
  const definition = module?.definitions.get(site.declaration);
  const { term } = definition ?? {};
  if (
    module === undefined ||
    definition === undefined ||
    term === null ||
    term === undefined ||
    site.at !== 0
  )
    return null;
  let at = 1;
  for (const child of term.node.children as readonly (typeof term)[]) {
    if (child.node._tag === "Param" && child.node.name === name)
      return { _tag: "Local", of: standing(module, definition.declaration), at, name };
    at += child.size;
  }
  return null;
};

/** Whether two names stand for one thing. */
export const sameEntity = (a: Entity, b: Entity): boolean => {
  switch (a._tag) {
    case "Local":
      return b._tag === "Local" && a.of.declaration === b.of.declaration && a.at === b.at;
    case "Definition":
      return b._tag === "Definition" && a.definition === b.definition;
    case "Port": {
      if (b._tag !== "Port") return false;
      const [one, other] = [a.port.port.site, b.port.port.site];
      return one.module === other.module && one.declaration === other.declaration && one.at === other.at;
    }
    case "Builtin":
    case "Payload":
      return b._tag === a._tag && b.name === a.name;
  }
};
