/** Commands that look at the program. */
import { aboutEntity, aboutValue } from "../../assist/about.ts";
import { definitionNamed } from "../../assist/entity.ts";
import { toMermaid } from "../../cli/graph/mermaid.ts";
import { graphOfProgram } from "../../cli/graph/model.ts";
import { nearest } from "../../core/nearest.ts";
import { builtins } from "../../language/builtins/builtins.ts";
import { ask } from "../../program/ask.ts";
import { valuesOf } from "../changes.ts";
import { coloured } from "../colour.ts";
import type { ReplContext } from "../context.ts";
import { systemOf } from "./system.ts";

/** `:type EXPR` */
export const type = async (context: ReplContext, rest: string): Promise<void> => {
  if (rest === "") return context.output.reportError(":type needs an expression");
  const { value, diagnostics } = ask(context.program, rest);
  if (diagnostics.length > 0) context.diagnose(diagnostics, rest);
  else context.output.write(`${aboutValue(value).kind}\n`);
};

/** `:doc NAME` */
export const doc = async (context: ReplContext, name: string): Promise<void> => {
  if (name === "") return context.output.reportError(":doc needs a name");
  const { workspace, file } = context.program;
  const { output } = context;
  const definition = definitionNamed(workspace, file, name);
  const about =
    definition !== null
      ? aboutEntity(workspace, { _tag: "Definition", definition })
      : aboutEntity(workspace, { _tag: "Builtin", name });
  if (about === null || (definition === null && about.doc === null)) {
    const meant = nearest(name, [...[...valuesOf(context.program)].map(([own]) => own), ...builtins.keys()]);
    return output.reportError(
      `nothing is called ${name}`,
      meant === null ? undefined : `did you mean ${meant}?`,
    );
  }
  output.write(`${coloured(about.code, output.theme)}\n${output.theme.quiet(about.kind)}\n`);
  if (about.doc !== null) output.write(`${about.doc}\n`);
};

/** `:graph`, `:graph mermaid` */
export const graph = async (context: ReplContext, format: string): Promise<void> => {
  const system = systemOf(context);
  if (system === null) return;
  const { program, output } = context;
  if (format === "mermaid") return output.write(toMermaid(graphOfProgram(system, program)));
  if (format !== "")
    return output.reportError(`:graph draws nothing for ${format}`, ":graph or :graph mermaid");
  const definition = definitionNamed(program.workspace, program.file, system);
  if (definition !== null) output.print(program.workspace.valueOf(definition));
};
