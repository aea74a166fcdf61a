/** The graph of a file beside its text; drawn again when it is saved. */
import { execFile } from "node:child_process";
import { basename } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { executable } from "./executable.ts";
import { activeFile } from "./terminal.ts";

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** No scripts, nothing from outside: only the drawing and its own styles. */
const page = (body: string): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body { padding: 1em } svg { max-width: 100%; height: auto } pre { white-space: pre-wrap }</style>
</head>
<body>${body}</body>
</html>`;

const draw = async (file: string): Promise<string> => {
  const { program, args } = executable();
  try {
    const { stdout } = await promisify(execFile)(program, [...args, "graph", file, "--format", "svg"], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return page(stdout);
  } catch (error) {
    const { stderr, stdout, message } = error as Error & { stderr?: string; stdout?: string };
    return page(`<pre>${escaped(stderr || stdout || message)}</pre>`);
  }
};

const panels = new Map<string, vscode.WebviewPanel>();

export const showGraph = async (): Promise<void> => {
  const file = await activeFile();
  if (file === undefined) return;
  const known = panels.get(file);
  if (known !== undefined) {
    known.reveal(undefined, true);
    known.webview.html = await draw(file);
    return;
  }
  const panel = vscode.window.createWebviewPanel(
    "architect.graph",
    `Graph of ${basename(file)}`,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: false, localResourceRoots: [] },
  );
  panels.set(file, panel);
  const saving = vscode.workspace.onDidSaveTextDocument(async ({ languageId }) => {
    if (languageId === "architect") panel.webview.html = await draw(file);
  });
  panel.onDidDispose(() => {
    saving.dispose();
    panels.delete(file);
  });
  panel.webview.html = await draw(file);
};
