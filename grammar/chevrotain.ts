/**
 * Chevrotain from its one-file bundle: the package's own entry loads hundreds of small
 * files, which takes 320 ms here, the bundle 12. The package exports only the former.
 */
type Chevrotain = typeof import("chevrotain");

const bundle = new URL("../chevrotain.min.mjs", import.meta.resolve("chevrotain")).href;

export const {
  createToken,
  EmbeddedActionsParser,
  EOF,
  Lexer: ChevrotainLexer,
}: Chevrotain = await import(bundle).catch(() => import("chevrotain"));
