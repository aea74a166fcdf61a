/** From a place in the editor to what stands there. */
import type { Location, Position } from "vscode-languageserver";
import { type Entity, entityOf } from "../assist/entity.ts";
import type { Occurrence } from "../assist/occurrences.ts";
import { nameAt, namesIn, type Spot, type Standing, spotAt, standing } from "../assist/spot.ts";
import { rangeOf as rangeOfSite } from "../program/locations.ts";
import type { Module } from "../program/module.ts";
import { fileOf } from "./files.ts";
import { locationOf, offsetAt, toRange } from "./place.ts";
import type { Project } from "./project.ts";

interface InDocument {
  readonly textDocument: { readonly uri: string };
}

/** Null where the editor asks for a document that it has not opened. */
export const moduleOf = (project: Project, { textDocument }: InDocument): Module | null =>
  project.module(fileOf(textDocument.uri));

export const spotOf = (
  project: Project,
  params: InDocument & { readonly position: Position },
): Spot | null => {
  const module = moduleOf(project, params);
  return module === null ? null : spotAt(module, offsetAt(module, params.position));
};

export interface Named {
  readonly spot: Spot;
  readonly occurrence: Occurrence;
  readonly entity: Entity | null;
}

/** The name at a place, and what it stands for. */
export const namedAt = (
  project: Project,
  params: InDocument & { readonly position: Position },
): Named | null => {
  const spot = spotOf(project, params);
  const occurrence = spot === null ? null : nameAt(spot);
  if (spot === null || occurrence === null) return null;
  return { spot, occurrence, entity: entityOf(project.workspace, spot, occurrence) };
};

const declaring = (of: Standing, is: (occurrence: Occurrence) => boolean): Occurrence | null =>
  namesIn(of).find((occurrence) => occurrence.declares && is(occurrence)) ?? null;

/** Where a thing is made; null of what is built in. */
export const placeOf = (project: Project, entity: Entity): Location | null => {
  const { workspace } = project;
  switch (entity._tag) {
    case "Local": {
      const found = declaring(entity.of, ({ target }) => target._tag === "Local" && target.at === entity.at);
      return found === null ? null : locationOf(project, entity.of, found);
    }
    case "Definition": {
      const { definition } = entity;
      const module = workspace.modules.get(definition.file);
      if (module === undefined) return null;
      const imported = workspace.imports.get(definition);
      if (imported !== undefined) {
        const start = { line: 0, character: 0 };
        return { uri: project.uri(imported), range: { start, end: start } };
      }
      const of = standing(module, definition.declaration);
      const found = declaring(of, ({ name }) => name === definition.name);
      return locationOf(project, of, found ?? { start: 0, end: 0 });
    }
    case "Port": {
      const { site } = entity.port.port;
      return {
        uri: project.uri(site.module),
        range: toRange(rangeOfSite(workspace, { ...site, focus: true })),
      };
    }
    case "Builtin":
    case "Payload":
      return null;
  }
};
