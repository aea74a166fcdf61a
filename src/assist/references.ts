/** Everywhere that a thing is named, in all files of a workspace. */
import type { Module } from "../program/module.ts";
import type { Workspace } from "../program/workspace.ts";
import { type Entity, entityOf, sameEntity } from "./entity.ts";
import type { Occurrence } from "./occurrences.ts";
import { aliasesOf, namesIn, type Standing, standingIn } from "./spot.ts";

export interface Reference {
  readonly of: Standing;
  readonly occurrence: Occurrence;
}

const nameOf = (entity: Entity): string => {
  switch (entity._tag) {
    case "Local":
    case "Builtin":
    case "Payload":
      return entity.name;
    case "Definition":
      return entity.definition.name ?? "";
    case "Port":
      return entity.port.port.name;
  }
};

const inDeclaration = (
  workspace: Workspace,
  of: Standing,
  aliases: ReadonlySet<string>,
  entity: Entity,
): readonly Reference[] => {
  const name = nameOf(entity);
  // A declaration that does not have the word cannot name the thing.
  if (!of.module.document.slice(of.base, of.base + of.declaration.length).includes(name)) return [];
  return namesIn(of, aliases).flatMap((occurrence) => {
    if (occurrence.name !== name) return [];
    const found = entityOf(workspace, of, occurrence);
    return found !== null && sameEntity(found, entity) ? [{ of, occurrence }] : [];
  });
};

const inModule = (workspace: Workspace, module: Module, entity: Entity): readonly Reference[] => {
  if (!module.document.text.includes(nameOf(entity))) return [];
  const aliases = aliasesOf(module);
  return [...standingIn(module)].flatMap((of) => inDeclaration(workspace, of, aliases, entity));
};

/** Where a thing is declared comes with its uses; files in no order, places in that of the text. */
export const referencesTo = (workspace: Workspace, entity: Entity): readonly Reference[] =>
  entity._tag === "Local"
    ? inDeclaration(workspace, entity.of, aliasesOf(entity.of.module), entity).concat(
        calledWith(workspace, entity),
      )
    : [...workspace.modules.values()].flatMap((module) => inModule(workspace, module, entity));

/** A parameter of a declared function is also named where it is called. */
const calledWith = (
  workspace: Workspace,
  entity: Extract<Entity, { _tag: "Local" }>,
): readonly Reference[] =>
  entity.of.declaration.term?.node._tag !== "LetDecl"
    ? []
    : [...workspace.modules.values()].flatMap((module) => {
        const aliases = aliasesOf(module);
        return [...standingIn(module)]
          .filter(({ declaration }) => declaration !== entity.of.declaration)
          .flatMap((of) => inDeclaration(workspace, of, aliases, entity));
      });
