/** The language server for one page: a process of its own, spoken to in whole messages. */
import { spawn } from "node:child_process";
import { StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";

/** A language server that runs. */
export interface LanguageServer {
  /** JSON. */
  readonly send: (message: string) => void;
  readonly close: () => void;
}

const parsed = (text: string): { readonly jsonrpc: string } | null => {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null && "jsonrpc" in message
      ? (message as never)
      : null;
  } catch {
    return null;
  }
};

/** `argv`: what starts it. */
export const startLanguageServer = (
  [command = "", ...args]: readonly string[],
  onMessage: (message: string) => void,
): LanguageServer => {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  const reader = new StreamMessageReader(child.stdout);
  const writer = new StreamMessageWriter(child.stdin);
  reader.listen((message) => onMessage(JSON.stringify(message)));
  return {
    send: (text) => {
      const message = parsed(text);
      if (message !== null) void writer.write(message).catch(() => undefined);
    },
    close: () => void child.kill("SIGTERM"),
  };
};
