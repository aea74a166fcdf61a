/** An editor of the program's text, which speaks to our language server, and saves to the file. */
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import {
  LSPClient,
  languageServerExtensions,
  serverDiagnostics,
  type Transport,
} from "@codemirror/lsp-client";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { effect } from "@preact/signals";
import type { SourceText } from "../protocol.ts";
import { architectLanguage, colours, look } from "./editor-look.ts";
import { connection, languageEnds, languageMessages, notice, place, savedText } from "./store.ts";

/** A language server that ended is started again after so long: it may end again at once. In milliseconds. */
const againMs = 1_000;
/** A machine that is busy starts one slowly, and one that is given up on says nothing any more. In milliseconds. */
const answerMs = 60_000;

const transport: Transport = {
  send: (message) => void connection.ask("language", { message }),
  subscribe: (handler) => void languageMessages.add(handler),
  unsubscribe: (handler) => void languageMessages.delete(handler),
};

interface Language {
  readonly client: LSPClient;
  readonly close: () => void;
}

/** The language server, for as long as the page is connected; a new connection has another. */
const connect = (): Language => {
  const client = new LSPClient({
    timeout: answerMs,
    extensions: [...languageServerExtensions(), serverDiagnostics()],
  });
  client.connect(transport);
  let waiting: number | undefined;
  const restart = (): void => {
    client.disconnect();
    clearTimeout(waiting);
    waiting = window.setTimeout(() => client.connect(transport), againMs);
  };
  languageEnds.add(restart);
  const close = (): void => {
    languageEnds.delete(restart);
    clearTimeout(waiting);
    client.disconnect();
  };
  return { client, close };
};

/** Replaces what differs, so that the place one is at stays. */
const replace = (view: EditorView, text: string): void => {
  const now = view.state.doc.toString();
  let from = 0;
  while (from < Math.min(now.length, text.length) && now[from] === text[from]) from++;
  let [end, to] = [now.length, text.length];
  while (end > from && to > from && now[end - 1] === text[to - 1]) [end, to] = [end - 1, to - 1];
  view.dispatch({ changes: { from, to: end, insert: text.slice(from, to) } });
};

const goTo = (view: EditorView, line: number, column: number): void => {
  const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
  const anchor = Math.min(at.to, at.from + column - 1);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
};

const begin = (
  host: HTMLElement,
  { file, uri, text }: SourceText,
  say: (text: string) => void,
): (() => void) => {
  /** What the file holds, as far as this editor knows. */
  let saved = text;
  const { client, close } = connect();
  // In a tree of its own the styles of the editor are no elements, which the page's policy forbids.
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const tell = (view: EditorView, more = ""): void => {
    const isDirty = view.state.doc.toString() !== saved;
    say(`${file}${isDirty ? " · not saved (Ctrl-S saves)" : ""}${more === "" ? "" : ` · ${more}`}`);
  };
  const save = (view: EditorView): boolean => {
    const now = view.state.doc.toString();
    void connection.ask("save", { file, before: saved, text: now }).then((answered) => {
      if ("refusal" in answered) notice.value = { text: answered.refusal.message, isWrong: true };
      else saved = now;
      tell(view);
    });
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        ...[
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
        ],
        ...[architectLanguage, syntaxHighlighting(colours), look, autocompletion()],
        keymap.of([{ key: "Mod-s", run: save, preventDefault: true }, indentWithTab]),
        keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({ "aria-label": `The text of ${file}` }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) tell(update.view);
        }),
        client.plugin(uri, "architect"),
      ],
    }),
  });
  tell(view);
  const ends = [
    effect(() => {
      const change = savedText.value;
      if (change === null || change.file !== file || change.text === saved) return;
      const isDirty = view.state.doc.toString() !== saved;
      saved = change.text;
      if (!isDirty) replace(view, change.text);
      tell(view, isDirty ? "somebody else saved it meanwhile: saving now writes over that" : "");
    }),
    effect(() => {
      const wanted = place.value;
      if (wanted !== null) goTo(view, wanted.line, wanted.column);
    }),
  ];
  return () => {
    for (const end of ends) end();
    view.destroy();
    close();
  };
};

/** Opens a file of the program; null: the system's own. The result closes it. */
export const openEditor = async (
  host: HTMLElement,
  file: string | null,
  say: (text: string) => void,
): Promise<() => void> => {
  const answered = await connection.ask("text", { file });
  if ("result" in answered) return begin(host, answered.result, say);
  say(answered.refusal.message);
  return () => {};
};
