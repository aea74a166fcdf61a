/** What could stand where the cursor is: a command, or whatever the language allows there. */
import { complete } from "../assist/completion/complete.ts";
import type { Program } from "../program/program.ts";
import { commands, commandsFor } from "./commands.ts";
import type { Completion } from "./line/state.ts";
import { reading } from "./reading.ts";

/** An expression is completed as the value of a name. */
const before = "let _ = ";

export const completing = (program: Program, text: string, cursor: number): Completion => {
  const called = /^\s*:(\w*)$/.exec(text.slice(0, cursor));
  if (called !== null) {
    const [, word] = called as unknown as [string, string];
    const candidates = commands
      .filter(({ name }) => name.startsWith(word))
      .map(({ name, what }) => ({ text: `${name} `, detail: what }));
    return { from: cursor - word.length, to: cursor, candidates };
  }
  const [, name, begun] = /^\s*:(\w+)\s+([^\s=]*)$/.exec(text.slice(0, cursor)) ?? [];
  const offer = name === undefined ? undefined : commandsFor(name)[0]?.offer;
  if (offer !== undefined && begun !== undefined) {
    const candidates = offer(program, begun).filter((each) => each.text.startsWith(begun));
    return { from: cursor - begun.length, to: cursor, candidates };
  }
  const lead = /^\s*:\w+\s+/.exec(text)?.[0].length ?? 0;
  const isDeclared = lead === 0 && reading(text)._tag === "Declarations";
  const shift = isDeclared ? 0 : before.length - lead;
  const { from, candidates } = complete({
    workspace: program.workspace,
    file: program.file,
    text: isDeclared ? text : `${before}${text.slice(lead)}`,
    offset: cursor + shift,
    programs: () => [],
    module: (file) => program.workspace.modules.get(file) ?? null,
  });
  return {
    from: from - shift,
    to: cursor,
    candidates: candidates.map((each) => ({ text: each.text, detail: each.detail })),
  };
};
