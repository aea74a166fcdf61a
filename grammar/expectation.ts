/** What Chevrotain expected, carried through its error messages as names of token types. */
import type { IParserErrorMessageProvider, TokenType } from "chevrotain";
import { vocabulary } from "./tokens.ts";

const byName: ReadonlyMap<string, TokenType> = new Map(vocabulary.map((type) => [type.name, type]));

const paths = (alternatives: readonly (readonly TokenType[])[]): string =>
  alternatives.flatMap((path) => path.slice(0, 1).map((type) => type.name)).join(" ");

export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) => expectedPathsPerAlt.map(paths).join(" "),
  buildEarlyExitMessage: ({ expectedIterationPaths }) => paths(expectedIterationPaths),
  buildNotAllInputParsedMessage: () => "",
};

/** The names in a message made by `expectations`. */
export const expectedIn = (message: string): readonly string[] => (message === "" ? [] : message.split(" "));

export const nameOf = (name: string): TokenType => byName.get(name)!;
