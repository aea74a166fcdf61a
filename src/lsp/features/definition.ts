/** Where something is made, and everywhere that it is named. */
import type {
  DefinitionParams,
  DocumentHighlight,
  DocumentHighlightParams,
  Location,
  ReferenceParams,
  TypeDefinitionParams,
} from "vscode-languageserver";
import { DocumentHighlightKind } from "vscode-languageserver";
import { definitionNamed } from "../../assist/entity.ts";
import { referencesTo } from "../../assist/references.ts";
import { namedAt, placeOf, spotOf } from "../locate.ts";
import { locationOf, rangeOf } from "../place.ts";
import type { Project } from "../project.ts";
import { importAt } from "./links.ts";

export const definition = (project: Project, params: DefinitionParams): Location | null => {
  const spot = spotOf(project, params);
  const imported = spot === null ? null : importAt(project, spot);
  if (imported !== null) {
    const start = { line: 0, character: 0 };
    return { uri: project.uri(imported.file), range: { start, end: start } };
  }
  const named = namedAt(project, params);
  return named === null || named.entity === null ? null : placeOf(project, named.entity);
};

/** Of a port the protocol that it speaks. */
export const typeDefinition = (project: Project, params: TypeDefinitionParams): Location | null => {
  const entity = namedAt(project, params)?.entity;
  if (entity?._tag !== "Port") return null;
  const { label, site } = entity.port.port;
  const found = definitionNamed(project.workspace, site.module, label);
  return found === null ? null : placeOf(project, { _tag: "Definition", definition: found });
};

export const references = (project: Project, params: ReferenceParams): Location[] | null => {
  project.readAll();
  const entity = namedAt(project, params)?.entity ?? null;
  if (entity === null) return null;
  return referencesTo(project.workspace, entity)
    .filter(({ occurrence }) => params.context.includeDeclaration || !occurrence.declares)
    .map(({ of, occurrence }) => locationOf(project, of, occurrence));
};

export const highlights = (project: Project, params: DocumentHighlightParams): DocumentHighlight[] | null => {
  const named = namedAt(project, params);
  if (named === null || named.entity === null) return null;
  return referencesTo(project.workspace, named.entity)
    .filter(({ of }) => of.module === named.spot.module)
    .map(({ of, occurrence }) => ({
      range: rangeOf(of, occurrence),
      kind: occurrence.declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
};
