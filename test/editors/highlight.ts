/** Scopes that the TextMate grammar gives a text, as an editor would compute them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);
const path = new URL("../../../editors/vscode/syntaxes/architect.tmLanguage.json", import.meta.url);

const load = async (): Promise<textmate.IGrammar> => {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => oniguruma.createOnigScanner(patterns),
      createOnigString: (text) => oniguruma.createOnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, "utf8"), path.pathname),
  });
  return (await registry.loadGrammar("source.architect"))!;
};

export interface Piece {
  /** Offset in the text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Without the root, the outermost first. */
  readonly scopes: readonly string[];
}

const grammar = load();

export const highlight = async (text: string): Promise<readonly Piece[]> => {
  const tokenizer = await grammar;
  const pieces: Piece[] = [];
  let state = textmate.INITIAL;
  let offset = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = tokenizer.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of tokens) {
      const end = Math.min(endIndex, line.length);
      if (end <= startIndex) continue;
      const piece = line.slice(startIndex, end);
      pieces.push({
        start: offset + startIndex,
        end: offset + end,
        text: piece,
        scopes: scopes
          .slice(1)
          .map((scope) => scope.replace(/\.architect$/, "").replaceAll(".architect ", " ")),
      });
    }
    state = ruleStack;
    offset += line.length + 1;
  }
  return pieces;
};
