/** The language in the editor, as far as colours need it, and how the editor looks. What it means the language server says. */
import { HighlightStyle, StreamLanguage } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { clauseKeywords, clauseOptions } from "../../core/clauses.ts";

const declaring: ReadonlySet<string> = new Set([
  ...["automaton", "external", "protocol", "type", "let", "system", "import", "export", "as", "assert"],
  ...["if", "then", "else", "for", "in", "with", "mu", "end", "true", "false"],
]);

/** Words, strings, numbers and comments. */
export const architectLanguage = StreamLanguage.define({
  name: "architect",
  languageData: { commentTokens: { line: "--" } },
  token: (stream) => {
    if (stream.eatSpace()) return null;
    if (stream.match("--")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^\d[\d_.]*\w*/)) return "number";
    const word = stream.match(/^[A-Za-z_][\w]*(?:-only)?/);
    if (word === null || word === true || word === false) {
      stream.next();
      return "operator";
    }
    const [text] = word;
    if (declaring.has(text)) return "keyword";
    if (clauseKeywords.has(text) || clauseOptions.has(text)) return "propertyName";
    return /^[A-Z]/.test(text) ? "typeName" : null;
  },
});

/** Colours of the page's own. */
export const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--well)" },
  { tag: tags.number, color: "var(--busy)" },
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.typeName, color: "var(--busy)" },
  { tag: tags.operator, color: "var(--quiet)" },
]);

/** How the editor looks. */
export const look = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", backgroundColor: "var(--card)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--card)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-tooltip": { backgroundColor: "var(--card)", border: "1px solid var(--line)", color: "var(--ink)" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
});
