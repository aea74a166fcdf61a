import * as t from "io-ts";
import { repl as talk } from "../../repl/repl.ts";
import { implement, optional, text } from "../option-schema.ts";
import { systemWords } from "../program.ts";

export const repl = implement(
  t.type({ file: optional(text), ...systemWords }),
  ({ file, ...options }, terminal) => talk(terminal, file, options),
);
