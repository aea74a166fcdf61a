import test from "ava";
import { Lexer } from "../../grammar/lexer.ts";
import type { Token } from "../../grammar/tokens.ts";
import * as T from "../../grammar/tokens.ts";
import { highlight, type Piece } from "./highlight.ts";
import { samples } from "./samples.ts";

const texts = new Set([T.Text, T.TextStart, T.TextMiddle, T.TextEnd]);

/** What a token must be coloured as; null where any colour will do. */
const wanted = (token: Token): RegExp | null => {
  if (T.reserved.has(token.image)) return /^(keyword|storage|constant\.language)\./;
  if (token.tokenType === T.Name) return /^(variable|entity|support|meta\.embedded|constant\.numeric\.hex)\b/;
  if (token.tokenType === T.NumberLiteral) return /^constant\.numeric\b/;
  if (texts.has(token.tokenType)) return /^string\./;
  return null;
};

interface Read {
  readonly tokens: readonly Token[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  readonly broken: boolean;
}

const read = (text: string): Read => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  return { tokens, comments: lexer.comments, broken: lexer.problems.length > 0 };
};

const within = (pieces: readonly Piece[], start: number, end: number): readonly Piece[] =>
  pieces.filter((piece) => piece.start < end && piece.end > start && piece.text.trim() !== "");

for (const { name, text } of samples()) {
  test(`${name} is coloured as the lexer reads it`, async (t) => {
    const { tokens, comments, broken } = read(text);
    const pieces = await highlight(text);
    if (broken) {
      t.is(pieces.map((piece) => piece.text).join("").length, text.replaceAll("\n", "").length);
      return;
    }
    let checked = 0;
    for (const token of tokens) {
      const pattern = wanted(token);
      if (pattern === null) continue;
      for (const { scopes, text: written, start } of within(pieces, token.startOffset, token.end)) {
        t.true(
          scopes.some((scope) => pattern.test(scope)),
          `offset ${start}: ${written} is ${scopes.join(" ")}`,
        );
        if (token.tokenType === T.Name && scopes.some((scope) => scope.startsWith("string.")))
          t.true(
            scopes.some((scope) => scope.startsWith("meta.embedded")),
            `offset ${start}: ${written}`,
          );
        checked++;
      }
    }
    for (const piece of pieces) {
      const expected = comments.some(({ start, end }) => piece.start >= start && piece.end <= end);
      const is = piece.scopes.some((scope) => scope.startsWith("comment."));
      t.is(is, expected, `offset ${piece.start}: ${piece.text}`);
      t.false(
        piece.scopes.some((scope) => scope.startsWith("invalid.")),
        piece.text,
      );
    }
    t.true(checked > 0 || tokens.length === 0);
  });
}

/** The innermost scope of a piece of a text, the first one that is written so. */
const scopeOf = async (text: string, written: string): Promise<string | undefined> =>
  (await highlight(text)).find((piece) => piece.text === written)?.scopes.at(-1);

const clause = (body: string): string => `automaton a {\n  ${body}\n}\n`;

for (const [text, written, scope] of [
  [clause("provides port: P on tcp 80"), "provides", "keyword.other.clause"],
  [clause("provides port: P on tcp 80"), "port", "variable.other.property.port"],
  [clause("provides port: P on udp 80"), "udp", "constant.language.transport"],
  [clause("requires port?: P"), "?", "keyword.operator.optional"],
  [clause('health http "/x" every 2s timeout 1s'), "timeout", "keyword.other.clause"],
  [clause('health grpc "a.B" failures 2 successes 3'), "failures", "keyword.other.clause"],
  [clause('health grpc "a.B" failures 2 successes 3'), "successes", "keyword.other.clause"],
  [clause("instances clamp(failures + 1, 1, 8)"), "failures", "variable.other.readwrite"],
  [clause("restart on-failure"), "on-failure", "constant.language.restart"],
  [clause("update replace"), "update", "keyword.other.clause"],
  [clause("update replace"), "replace", "constant.language.update"],
  [clause("resolves ipv6"), "resolves", "keyword.other.clause"],
  [clause("resolves ipv6"), "ipv6", "constant.language.resolves"],
  ["let update = 1", "update", "variable.other.definition"],
  [clause("env { every = 1 }"), "every", "variable.other.property"],
  [clause("instances clamp(timeout + 1, 1, 8)"), "timeout", "variable.other.readwrite"],
  ["let every = 1", "every", "variable.other.definition"],
  ["let f(every) = every", "f", "entity.name.function"],
  ["system shop = []", "shop", "entity.name.class.system"],
  ["protocol P = mu t. !Int . t", "Int", "support.type.primitive"],
  ["protocol P = &{ get: ?Int }", "get", "entity.name.tag.label"],
  ["let a = self.connections", "connections", "variable.other.property"],
  ["let a = 2.5MiB", "MiB", "keyword.other.unit"],
] as const) {
  test(`in ${text.trim().replace(/\s+/g, " ")}, ${written} is a ${scope}`, async (t) => {
    const found = await scopeOf(text, written);
    t.true(found?.endsWith(scope), found);
  });
}
