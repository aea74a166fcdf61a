import * as t from "io-ts";
import { repl as talk } from "../../repl/repl.ts";
import { systemWords } from "../program.ts";
import { implement, optional, text } from "../words.ts";

export const repl = implement(
  t.type({ file: optional(text), ...systemWords }),
  ({ file, ...wishes }, terminal) => talk(terminal, file, wishes),
);
