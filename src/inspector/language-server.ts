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

/** The first argument: what starts it. `onEnd` is called once, however it ends. */
export const startLanguageServer = (
  [command = "", ...args]: readonly string[],
  onMessage: (message: string) => void,
  onEnd: () => void,
): LanguageServer => {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  let hasEnded = false;
  const end = (): void => {
    if (!hasEnded) onEnd();
    hasEnded = true;
  };
  // One that could not be started has an error and no exit.
  child.on("error", end);
  child.on("exit", end);
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
