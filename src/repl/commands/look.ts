/** Commands that look at the program. */
import { aboutEntity, aboutValue } from "../../assist/about.ts";
import { definitionNamed } from "../../assist/entity.ts";
import { toMermaid } from "../../cli/graph/mermaid.ts";
import { graphOf } from "../../cli/graph/model.ts";
import { nearest } from "../../core/nearest.ts";
import { builtins } from "../../language/builtins/builtins.ts";
import { ask } from "../../program/ask.ts";
import { valuesOf } from "../changes.ts";
import { coloured } from "../colour.ts";
import type { Desk } from "../desk.ts";
import { systemOf } from "./system.ts";

/** `:type EXPR` */
export const type = async (desk: Desk, rest: string): Promise<void> => {
  if (rest === "") return desk.voice.complain(":type needs an expression");
  const { value, diagnostics } = ask(desk.program, rest);
  if (diagnostics.length > 0) desk.diagnose(diagnostics, rest);
  else desk.voice.write(`${aboutValue(value).kind}\n`);
};

/** `:doc NAME` */
export const doc = async (desk: Desk, name: string): Promise<void> => {
  if (name === "") return desk.voice.complain(":doc needs a name");
  const { workspace, file } = desk.program;
  const { voice } = desk;
  const definition = definitionNamed(workspace, file, name);
  const about =
    definition !== null
      ? aboutEntity(workspace, { _tag: "Definition", definition })
      : aboutEntity(workspace, { _tag: "Builtin", name });
  if (about === null || (definition === null && about.doc === null)) {
    const meant = nearest(name, [...[...valuesOf(desk.program)].map(([own]) => own), ...builtins.keys()]);
    return voice.complain(`nothing is called ${name}`, meant === null ? undefined : `did you mean ${meant}?`);
  }
  voice.write(`${coloured(about.code, voice.theme)}\n${voice.theme.quiet(about.kind)}\n`);
  if (about.doc !== null) voice.write(`${about.doc}\n`);
};

/** `:graph`, `:graph mermaid` */
export const graph = async (desk: Desk, format: string): Promise<void> => {
  const system = systemOf(desk);
  if (system === null) return;
  const { program, voice } = desk;
  if (format === "mermaid") return voice.write(toMermaid(graphOf(system, program.resources())));
  if (format !== "") return voice.complain(`:graph draws nothing for ${format}`, ":graph or :graph mermaid");
  const definition = definitionNamed(program.workspace, program.file, system);
  if (definition !== null) voice.print(program.workspace.valueOf(definition));
};
