/** Imports as links to the files that they mean. */
import type { DocumentLink, DocumentLinkParams } from "vscode-languageserver";
import { definitionsOf, type Spot, type Standing, standingIn } from "../../assist/spot.ts";
import { type Extent, focusAt } from "../../assist/tree.ts";
import { moduleOf } from "../locate.ts";
import { rangeOf } from "../place.ts";
import type { Project } from "../project.ts";

export interface ImportedAs extends Extent {
  readonly file: string;
}

/** The file that a declaration imports, and where its path stands. */
const importOf = (project: Project, of: Standing): ImportedAs | null => {
  const { declaration } = of;
  if (declaration.term?.node._tag !== "Import") return null;
  for (const definition of definitionsOf(of)) {
    const file = project.workspace.imports.get(definition);
    if (file !== undefined) return { file, ...focusAt(declaration.spans, 0) };
  }
  return null;
};

export const importAt = (project: Project, spot: Spot): ImportedAs | null => {
  const found = importOf(project, spot);
  return found !== null && found.start <= spot.offset && spot.offset <= found.end ? found : null;
};

export const links = (project: Project, params: DocumentLinkParams): DocumentLink[] => {
  const module = moduleOf(project, params);
  if (module === null) return [];
  return [...standingIn(module)].flatMap((of) => {
    const found = importOf(project, of);
    return found === null ? [] : [{ range: rangeOf(of, found), target: project.uri(found.file) }];
  });
};
