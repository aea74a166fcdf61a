/** What the editor's icons make of declarations. */
import { SymbolKind } from "vscode-languageserver";
import type { Declaration } from "../../../grammar/declaration.ts";

/** By the word that a declaration begins with. */
export const WorkspaceSymbolKinds: Readonly<Record<string, (declaration: Declaration) => SymbolKind>> = {
  import: () => SymbolKind.Module,
  type: () => SymbolKind.Struct,
  protocol: () => SymbolKind.Interface,
  automaton: () => SymbolKind.Class,
  system: () => SymbolKind.Package,
  let: ({ term }) => {
    if (term?.node._tag !== "LetDecl") return SymbolKind.Variable;
    if (term.node.callable) return SymbolKind.Function;
    const tag = term.node.children.at(-1)!.node._tag;
    return tag === "Fn" ? SymbolKind.Function : tag === "Automaton" ? SymbolKind.Class : SymbolKind.Constant;
  },
};
