/** Which `architect` the editor calls. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

/** A program and the arguments in front of the command. */
export interface Executable {
  readonly program: string;
  readonly args: readonly string[];
}

const local = process.platform === "win32" ? "architect.cmd" : "architect";

/** As set; or that of the workspace's own packages; or whatever the path has. */
export const executable = (): Executable => {
  const [program, ...args] = vscode.workspace.getConfiguration("architect").get<string[]>("command", []);
  if (program !== undefined && program !== "") return { program, args };
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const path = join(folder.uri.fsPath, "node_modules", ".bin", local);
    if (folder.uri.scheme === "file" && existsSync(path)) return { program: path, args: [] };
  }
  return { program: "architect", args: [] };
};
