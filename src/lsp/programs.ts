/** The open files that have a system, each as a program in which edits can be tried. */
import type { Document } from "../../grammar/document.ts";
import type { Module } from "../program/module.ts";
import { Program } from "../program/program.ts";
import { fileOf } from "./files.ts";
import type { Project } from "./project.ts";

interface Known {
  /** Of all files, as they were. */
  readonly documents: readonly Document[];
  readonly program: Program;
}

const known = new WeakMap<Project, Map<string, Known>>();

/** Made anew when a text has changed. */
const programOf = (project: Project, module: Module): Program => {
  const programs = known.get(project) ?? new Map<string, Known>();
  known.set(project, programs);
  const documents = [...project.workspace.modules.values()].map(({ document }) => document);
  const before = programs.get(module.file);
  const isSame =
    before?.documents.length === documents.length && documents.every((one, i) => one === before.documents[i]);
  if (isSame) return before.program;
  const program = new Program({
    file: module.file,
    text: module.document.text,
    resolveImport: (path, from) => project.find(path, from),
  });
  program.start();
  programs.set(module.file, { documents, program });
  return program;
};

/** The programs of all open files with a system; that of the document first. */
export function* systemPrograms(project: Project, uri: string): Generator<Program, void, undefined> {
  project.settle();
  const own = fileOf(uri);
  const files = new Set([...project.systems.keys()].map(({ file }) => file));
  for (const file of [...files].sort((a, b) => Number(b === own) - Number(a === own))) {
    const module = project.workspace.modules.get(file);
    if (module !== undefined) yield programOf(project, module);
  }
}
