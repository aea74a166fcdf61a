/** The rooms of the house, and the tests that must notice what changes in them. */

export interface Room {
  readonly name: string;
  /** Beginnings of paths of sources. */
  readonly sources: readonly string[];
  /** Beginnings of paths of tests, of which those are run that reach what was changed. */
  readonly tests: readonly string[];
}

const room = (name: string, sources: readonly string[], tests: readonly string[]): Room => ({
  name,
  sources,
  tests,
});

export const rooms: readonly Room[] = [
  room("core", ["src/core/"], ["test/core/", "test/passes/", "test/program/", "test/language/composition/"]),
  room("grammar", ["grammar/"], ["test/grammar/", "test/golden", "test/diagnostics", "test/lsp/"]),
  room("language", ["src/language/"], ["test/language/", "test/golden", "test/diagnostics"]),
  room("passes", ["passes/"], ["test/passes/", "test/program/"]),
  room("program", ["src/program/"], ["test/program/", "test/golden", "test/cli/commands/memory"]),
  room(
    "reconcile",
    ["src/reconcile.ts", "src/compile.ts"],
    ["test/reconcile", "test/program/", "test/live/live"],
  ),
  room("live", ["src/live/"], ["test/live/", "test/simulation/"]),
  room("netlink", ["runtime/netlink/"], ["test/runtime/netlink/", "test/runtime/netns/"]),
  room("nftables", ["runtime/nftables/"], ["test/runtime/nftables/", "test/runtime/netns/"]),
  room("netns", ["runtime/netns/"], ["test/runtime/netns/"]),
  room("process", ["runtime/process/"], ["test/runtime/process/", "test/live/kernel/health"]),
  room("memory", ["runtime/memory/"], ["test/runtime/memory/", "test/live/", "test/cli/commands/memory"]),
  room(
    "ffi",
    ["runtime/ffi/", "runtime/observe/", "runtime/rootless/"],
    ["test/runtime/ffi/", "test/runtime/rootless/", "test/runtime/namespaces", "test/live/kernel/"],
  ),
  room("cli", ["src/cli/"], ["test/cli/", "test/docs/"]),
  room("repl", ["src/repl/"], ["test/repl/"]),
  room("lsp", ["src/lsp/"], ["test/lsp/"]),
];
