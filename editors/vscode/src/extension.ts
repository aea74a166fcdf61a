/** Starts the language server and offers the commands. */
import * as vscode from "vscode";
import { LanguageClient, type ServerOptions } from "vscode-languageclient/node";
import { executable } from "./executable.ts";
import { showGraph } from "./graph.ts";
import { inTerminal } from "./terminal.ts";

let client: LanguageClient | undefined;

const start = async (): Promise<void> => {
  const { program, args } = executable();
  const server: ServerOptions = { command: program, args: [...args, "lsp"] };
  client = new LanguageClient("architect", "Architect", server, {
    documentSelector: [{ language: "architect" }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.arch") },
  });
  try {
    await client.start();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const open = "Open Settings";
    const chosen = await vscode.window.showErrorMessage(
      `The language server could not be started: ${[program, ...args, "lsp"].join(" ")}: ${said}`,
      open,
    );
    if (chosen === open)
      await vscode.commands.executeCommand("workbench.action.openSettings", "architect.command");
  }
};

const stop = async (): Promise<void> => {
  const stopping = client;
  client = undefined;
  if (stopping?.isRunning() === true) await stopping.stop();
};

export const activate = async (context: vscode.ExtensionContext): Promise<void> => {
  const offer = (name: string, run: () => Promise<void>): void => {
    context.subscriptions.push(vscode.commands.registerCommand(`architect.${name}`, run));
  };
  offer("run", () => inTerminal("architect run", "run", "--watch"));
  offer("plan", () => inTerminal("architect plan", "plan"));
  offer("graph", showGraph);
  offer("restart", async () => {
    await stop();
    await start();
  });
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (!event.affectsConfiguration("architect.command")) return;
      await stop();
      await start();
    }),
  );
  await start();
};

export const deactivate = stop;
