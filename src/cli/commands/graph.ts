import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { jsonText } from "../../core/json-text.ts";
import { exit } from "../command.ts";
import { toDot } from "../graph/dot.ts";
import { toMermaid } from "../graph/mermaid.ts";
import { graphOfProgram, type SystemGraph } from "../graph/model.ts";
import { toSvg } from "../graph/svg.ts";
import { implement, oneOf, orElse, text } from "../option-schema.ts";
import { openSystem, systemWords } from "../program.ts";
import { reportError } from "../report-error.ts";
import { readSource } from "../source.ts";

const toJson = (graph: SystemGraph): string => `${jsonText(graph, 2)}\n`;

const formats = { dot: toDot, mermaid: toMermaid, json: toJson, svg: toSvg } as const;
type Format = keyof typeof formats;

const format = orElse(oneOf<Format>(["dot", "mermaid", "json", "svg"]), "dot");

export const graph = implement(
  t.type({ file: text, format, ...systemWords }),
  async ({ file, format: chosen, ...options }, terminal) => {
    const source = readSource(file, options.limit);
    if (isLeft(source)) return reportError(terminal, source.left);
    const opened = await openSystem(source.right, options, terminal);
    if (opened === null) return exit.failed;
    const { program, system } = opened;
    terminal.out.write(formats[chosen](graphOfProgram(system, program)));
    return exit.done;
  },
);
