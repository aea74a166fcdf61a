/** A real client of the language server: its process, spoken to over stdio. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ExecutionContext } from "ava";
import {
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type Range,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

const main = new URL("../../src/cli/main.js", import.meta.url).pathname;

/** Requests of `textDocument/` that are asked at a place. */
export const atPlaces = [
  "hover",
  "definition",
  "references",
  "completion",
  "signatureHelp",
  "documentHighlight",
] as const;

export class Document {
  readonly uri: string;
  readonly #client: Client;
  text: string;
  version = 1;

  constructor(client: Client, uri: string, text: string) {
    this.#client = client;
    this.uri = uri;
    this.text = text;
  }

  get id(): { readonly uri: string } {
    return { uri: this.uri };
  }

  offset({ line, character }: Position): number {
    let at = 0;
    for (let left = line; left > 0; left--) at = this.text.indexOf("\n", at) + 1;
    return at + character;
  }

  position(offset: number): Position {
    const before = this.text.slice(0, offset).split("\n");
    return { line: before.length - 1, character: before.at(-1)!.length };
  }

  /** Where `marked` stands, `|` in it the very place; else its beginning. */
  at(marked: string): Position {
    const inner = marked.indexOf("|");
    const found = this.text.indexOf(marked.replace("|", ""));
    if (found < 0) throw new Error(`there is no ${marked} in it`);
    return this.position(found + Math.max(0, inner));
  }

  range(text: string): Range {
    const start = this.text.indexOf(text);
    return { start: this.position(start), end: this.position(start + text.length) };
  }

  in({ start, end }: Range): string {
    return this.text.slice(this.offset(start), this.offset(end));
  }

  /** Replaces some of the text, as an editor does. */
  async edit(range: Range, text: string): Promise<void> {
    const [start, end] = [this.offset(range.start), this.offset(range.end)];
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.version++;
    await this.#client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: [{ range, text }],
    });
  }

  replace(old: string, text: string): Promise<void> {
    return this.edit(this.range(old), text);
  }

  /** Gives it another text at once. */
  async set(text: string): Promise<void> {
    this.text = text;
    this.version++;
    await this.#client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: [{ text }],
    });
  }

  close(): Promise<void> {
    return this.#client.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: this.id,
    });
  }

  /** What the server says of it once it has read all that was sent. */
  async problems(): Promise<readonly Diagnostic[]> {
    await this.#client.settled(this);
    return this.#client.diagnostics.get(this.uri) ?? [];
  }

  async codes(): Promise<readonly string[]> {
    return (await this.problems()).map(({ code, range }) => `${code}@${range.start.line + 1}`);
  }
}

export class Client {
  readonly connection: ProtocolConnection;
  readonly folder: string;
  readonly diagnostics = new Map<string, readonly Diagnostic[]>();
  readonly log: string[] = [];
  readonly child: ChildProcess;
  initialized: InitializeResult = { capabilities: {} };

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.child = child;
    this.connection = createProtocolConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.diagnostics.set(uri, diagnostics);
    });
    this.connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      this.log.push(message);
    });
    child.stderr!.on("data", (text: Buffer) => this.log.push(String(text)));
    this.connection.listen();
  }

  /** A server for a folder of its own with some files, taken away with the test. */
  static async start(
    t: ExecutionContext,
    files: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Client> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "architect-lsp-")));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const child = spawn(process.execPath, [main, "lsp"], { env: { ...process.env, ...environment } });
    const client = new Client(folder, child);
    t.teardown(async () => {
      await client.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    client.initialized = await client.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "test" }],
      capabilities: {
        textDocument: { completion: { completionItem: { snippetSupport: true } } },
        workspace: { codeLens: { refreshSupport: true }, inlayHint: { refreshSupport: true } },
      },
    });
    await client.connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  async open(name: string, text: string): Promise<Document> {
    const document = new Document(this, this.uri(name), text);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri: document.uri, languageId: "architect", version: 1, text },
    });
    return document;
  }

  /** An answer to anything comes after all that was told before, but for what waits for the next turn. */
  async settled(document: Document): Promise<void> {
    for (let i = 0; i < 2; i++)
      await this.connection.sendRequest("textDocument/foldingRange", { textDocument: document.id });
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once("exit", resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await ended;
    this.connection.dispose();
    return code;
  }
}
