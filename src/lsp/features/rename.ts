/** Another name for a thing, everywhere that it is named, or the reason why that cannot be. */
import {
  ErrorCodes,
  type PrepareRenameParams,
  type Range,
  type RenameParams,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { reserved } from "../../../grammar/tokens.ts";
import type { Entity } from "../../assist/entity.ts";
import type { Occurrence } from "../../assist/occurrences.ts";
import { type Reference, referencesTo } from "../../assist/references.ts";
import { namesIn, standingIn, textOf } from "../../assist/spot.ts";
import { type Named, namedAt } from "../locate.ts";
import { rangeOf } from "../place.ts";
import type { Project } from "../project.ts";

const refuse = (message: string): ResponseError<void> =>
  new ResponseError(ErrorCodes.InvalidRequest, message);

/** Why something has the name that it has; null where it may have another. */
const fixed = (named: Named | null): string | null => {
  if (named === null) return "there is no name here";
  switch (named.entity?._tag) {
    case undefined:
      return `it is not known what ${named.occurrence.name} stands for`;
    case "Builtin":
    case "Payload":
      return `${named.occurrence.name} is built in`;
    default:
      return null;
  }
};

export const prepareRename = (
  project: Project,
  params: PrepareRenameParams,
): { range: Range; placeholder: string } | ResponseError<void> => {
  const named = namedAt(project, params);
  const why = fixed(named);
  if (why !== null) return refuse(why);
  const { spot, occurrence } = named!;
  return { range: rangeOf(spot, occurrence), placeholder: occurrence.name };
};

/** Names that stand alone, and so could take another meaning; a field's or a port's cannot. */
const standsAlone = ({ target }: Occurrence): boolean =>
  target._tag === "Local" || target._tag === "Global" || target._tag === "Imported";

/** A declaration that has a word but does not parse, so that nobody knows what the word means there. */
const brokenWith = (project: Project, word: string): string | null => {
  for (const module of project.workspace.modules.values())
    for (const of of standingIn(module)) {
      const { declaration } = of;
      if (declaration.term === null && declaration.key !== "" && textOf(of).includes(word))
        return declaration.key.trim();
    }
  return null;
};

/** What the new name already means where the thing is named; null where it means nothing. */
const taken = (
  project: Project,
  entity: Entity,
  references: readonly Reference[],
  name: string,
): string | null => {
  if (entity._tag === "Port") {
    const broken = brokenWith(project, entity.port.port.name);
    if (broken !== null) return `${broken} does not parse, and may name ${entity.port.port.name}`;
    const { provides, requires } = entity.automaton;
    return [...provides, ...requires].some((port) => port.name === name)
      ? `${entity.automaton.name} has a port ${name} already`
      : null;
  }
  for (const { of, occurrence } of references) {
    const { module } = of;
    if (entity._tag === "Definition" && occurrence.target._tag !== "OfModule")
      if (project.workspace.lookup(module.file, name) !== undefined) return `${name} is declared already`;
    if (namesIn(of).some((other) => other.name === name && standsAlone(other)))
      return `${name} means something else where ${occurrence.name} is used`;
  }
  return null;
};

export const rename = (project: Project, params: RenameParams): WorkspaceEdit | ResponseError<void> => {
  project.readAll();
  const named = namedAt(project, params);
  const why = fixed(named);
  if (why !== null) return refuse(why);
  const { newName } = params;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(newName)) return refuse(`${JSON.stringify(newName)} is no name`);
  if (reserved.has(newName)) return refuse(`${newName} is a word of the language`);
  const { entity, occurrence } = named!;
  if (occurrence.name === newName) return { changes: {} };
  const references = referencesTo(project.workspace, entity!);
  if (entity!._tag === "Port" && !references.some(({ occurrence: { declares } }) => declares))
    return refuse(`the name of the port ${occurrence.name} is computed`);
  const clash = taken(project, entity!, references, newName);
  if (clash !== null) return refuse(clash);
  const changes: Record<string, TextEdit[]> = {};
  for (const {
    of,
    occurrence: { start, end },
  } of references) {
    const uri = project.uri(of.module.file);
    changes[uri] ??= [];
    changes[uri].push({ range: rangeOf(of, { start, end }), newText: newName });
  }
  return { changes };
};
