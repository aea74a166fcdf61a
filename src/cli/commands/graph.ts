import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { exit } from "../command.ts";
import { complain } from "../complain.ts";
import { toDot } from "../graph/dot.ts";
import { toMermaid } from "../graph/mermaid.ts";
import { graphOf, type SystemGraph } from "../graph/model.ts";
import { toSvg } from "../graph/svg.ts";
import { openSystem, readSource, systemWords } from "../program.ts";
import { implement, oneOf, orElse, text } from "../words.ts";

const toJson = (graph: SystemGraph): string => `${JSON.stringify(graph, null, 2)}\n`;

const formats = { dot: toDot, mermaid: toMermaid, json: toJson, svg: toSvg } as const;
type Format = keyof typeof formats;

const format = orElse(oneOf<Format>(["dot", "mermaid", "json", "svg"]), "dot");

export const graph = implement(
  t.type({ file: text, format, ...systemWords }),
  async ({ file, format: chosen, ...wishes }, terminal) => {
    const source = readSource(file);
    if (isLeft(source)) return complain(terminal, source.left);
    const opened = await openSystem(source.right, wishes, terminal);
    if (opened === null) return exit.failed;
    const { program, system } = opened;
    terminal.out.write(formats[chosen](graphOf(system, program.resources())));
    return exit.done;
  },
);
