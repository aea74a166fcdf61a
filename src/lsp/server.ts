/** The language server: its conversation with the editor; what it knows is in `features`. */
import { availableParallelism, totalmem } from "node:os";
import {
  CodeLensRefreshRequest,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  type TextDocumentContentChangeEvent,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { codeActionKinds } from "./features/actions.ts";
import { Announcer } from "./features/diagnostics.ts";
import { semanticLegend } from "./features/tokens.ts";
import { fileOf } from "./files.ts";
import { type Abilities, handle } from "./handlers.ts";
import { offsetAt } from "./place.ts";
import { type Edit, Project } from "./project.ts";
import { Running } from "./running.ts";

const capabilities: InitializeResult["capabilities"] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
  hoverProvider: true,
  definitionProvider: true,
  typeDefinitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  completionProvider: {
    triggerCharacters: [".", ":", ">", "(", "=", "?", "!", "/", '"', " "],
    resolveProvider: false,
  },
  signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [")"] },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: { legend: semanticLegend, full: { delta: true }, range: true },
  inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: [...codeActionKinds] },
  codeLensProvider: { resolveProvider: false },
  documentLinkProvider: { resolveProvider: false },
};

const edits = (changes: readonly TextDocumentContentChangeEvent[]): readonly Edit[] =>
  changes.map((change) => {
    if (!("range" in change)) return { extent: null, text: change.text };
    const { start, end } = change.range;
    return {
      text: change.text,
      extent: (module) => ({ start: offsetAt(module, start), end: offsetAt(module, end) }),
    };
  });

const foldersOf = ({ workspaceFolders, rootUri }: InitializeParams): readonly string[] =>
  (workspaceFolders ?? (rootUri === null || rootUri === undefined ? [] : [{ uri: rootUri }]))
    .map(({ uri }) => fileOf(uri))
    .filter((folder) => folder.startsWith("/"));

/** Serves an editor until it hangs up. `version` is told to it. */
export const serve = (connection: Connection, version: string): void => {
  const project = new Project({ cpus: availableParallelism(), memory: totalmem() });
  const announcer = new Announcer(project, connection);
  const running = new Running(project, () => refresh());
  const can: Abilities = { snippets: false };
  let client: InitializeParams["capabilities"] = {};

  const refresh = (): void => {
    const { codeLens, inlayHint } = client.workspace ?? {};
    if (codeLens?.refreshSupport === true)
      connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
    if (inlayHint?.refreshSupport === true) connection.languages.inlayHint.refresh().catch(() => {});
  };

  connection.onInitialize((params) => {
    client = params.capabilities;
    can.snippets = client.textDocument?.completion?.completionItem?.snippetSupport === true;
    project.folders = foldersOf(params);
    return { capabilities, serverInfo: { name: "architect", version } };
  });
  connection.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true)
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: "**/*.arch" }] })
        .catch(() => {});
  });
  connection.onShutdown(() => running.close());

  connection.onDidOpenTextDocument(({ textDocument: { uri, text, version: of } }) => {
    project.open(uri, text, of);
    announcer.changed();
    running.changed();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version: of }, contentChanges }) => {
    project.edit(fileOf(uri), edits(contentChanges), of);
    announcer.changed();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    project.close(fileOf(uri));
    announcer.changed();
    running.changed();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) project.refresh(fileOf(uri));
    announcer.changed();
  });
  handle(connection, project, running, can);
  connection.listen();
};
