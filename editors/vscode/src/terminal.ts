/** Commands that a person watches run in a terminal of the editor, one for each. */
import { dirname } from "node:path";
import * as vscode from "vscode";
import { executable } from "./executable.ts";

/** The saved file of the active editor; undefined if it is not Architect's. */
export const activeFile = async (): Promise<string | undefined> => {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "architect") {
    void vscode.window.showInformationMessage("Open an .arch file first.");
    return undefined;
  }
  if (document.isUntitled || document.isDirty) await document.save();
  return document.isUntitled ? undefined : document.uri.fsPath;
};

/**
 * Runs `architect …words file` in the terminal `title`, in the file's folder. The program is
 * started as it is, without a shell, so that nothing in a path can mean something to one.
 */
export const inTerminal = async (title: string, ...words: readonly string[]): Promise<void> => {
  const file = await activeFile();
  if (file === undefined) return;
  const { program, args } = executable();
  const task = new vscode.Task(
    { type: "process", task: title },
    vscode.TaskScope.Workspace,
    title,
    "architect",
    new vscode.ProcessExecution(program, [...args, ...words, file], { cwd: dirname(file) }),
  );
  task.presentationOptions = { focus: false, panel: vscode.TaskPanelKind.Dedicated, clear: true };
  await vscode.tasks.executeTask(task);
};
