/** A program of the engine with all that is set, as it is opened. */
import { type CellKey, readyCell } from "../../../src/core/cell-key.ts";
import type { Limits } from "../../../src/language/world.ts";
import { Program } from "../../../src/program/program.ts";
import { main } from "./file.ts";
import { readFile } from "./scene.ts";
import type { Cells } from "./settings.ts";

interface Setup {
  /** Files as they are when they are asked for, by name. */
  readonly texts: () => ReadonlyMap<string, string>;
  readonly cells: Cells;
  readonly limits: Limits;
  readonly system: string | undefined;
  readonly keepSystem: boolean;
}

export const opened = ({ texts, cells: { inputs, cells }, limits, system, keepSystem }: Setup): Program => {
  const resolveImport = (path: string): string | null =>
    path === `./${readFile.path}` ? readFile.text : (texts().get(path.replace("./", "")) ?? null);
  const options = { file: main, text: texts().get(main)!, resolveImport, limits, keepSystem };
  const program = new Program(system === undefined ? options : { ...options, system });
  const { workspace } = program;
  for (const [name, value] of inputs) workspace.cells.input(name).value = value;
  for (const [name, value] of cells) {
    if (name.startsWith("observed host.")) workspace.cells.host(name.slice(14)).value = value as number;
    else if (name.startsWith("unready "))
      for (const index of value as ReadonlySet<number>)
        workspace.cells.put(readyCell(name.slice(8), index), false);
    else workspace.cells.put(name as CellKey, value);
  }
  return program;
};
