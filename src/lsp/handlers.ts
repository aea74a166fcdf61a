/** From each request to what answers it. */
import type { Connection } from "vscode-languageserver";
import { codeActions } from "./features/actions.ts";
import { completion } from "./features/completion.ts";
import { definition, highlights, references, typeDefinition } from "./features/definition.ts";
import { folding } from "./features/folding.ts";
import { format, formatRange } from "./features/format.ts";
import { hover } from "./features/hover.ts";
import { inlayHints } from "./features/inlay.ts";
import { codeLenses } from "./features/lens.ts";
import { links } from "./features/links.ts";
import { prepareRename, rename } from "./features/rename.ts";
import { selections } from "./features/selection.ts";
import { signatureHelp } from "./features/signature.ts";
import { documentSymbols, workspaceSymbols } from "./features/symbols.ts";
import { Tokens } from "./features/tokens.ts";
import type { Project } from "./project.ts";
import type { Running } from "./running.ts";

/** What of the editor's abilities answers depend on. */
export interface Abilities {
  snippets: boolean;
}

export const handle = (connection: Connection, project: Project, running: Running, can: Abilities): void => {
  const tokens = new Tokens(project);
  connection.onHover((params) => hover(project, running, params));
  connection.onDefinition((params) => definition(project, params));
  connection.onTypeDefinition((params) => typeDefinition(project, params));
  connection.onReferences((params) => references(project, params));
  connection.onDocumentHighlight((params) => highlights(project, params));
  connection.onPrepareRename((params) => prepareRename(project, params));
  connection.onRenameRequest((params) => rename(project, params));
  connection.onCompletion((params) => completion(project, params, can.snippets));
  connection.onSignatureHelp((params) => signatureHelp(project, params));
  connection.onDocumentSymbol((params) => documentSymbols(project, params));
  connection.onWorkspaceSymbol((params) => workspaceSymbols(project, params));
  connection.onDocumentFormatting((params) => format(project, params));
  connection.onDocumentRangeFormatting((params) => formatRange(project, params));
  connection.onFoldingRanges((params) => folding(project, params));
  connection.onSelectionRanges((params) => selections(project, params));
  connection.languages.semanticTokens.on((params) => tokens.full(params));
  connection.languages.semanticTokens.onDelta((params) => tokens.delta(params));
  connection.languages.semanticTokens.onRange((params) => tokens.range(params));
  connection.languages.inlayHint.on((params) => inlayHints(project, running, params));
  connection.onCodeAction((params) => codeActions(project, params));
  connection.onCodeLens((params) => codeLenses(project, running, params));
  connection.onDocumentLinks((params) => links(project, params));
};
