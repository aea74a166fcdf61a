import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";

const runtime = new URL("../../../editors/vim", import.meta.url).pathname;

const hasVim = (): boolean => {
  const { stdout, status } = spawnSync("vim", ["--version"], { encoding: "utf8" });
  return status === 0 && stdout.includes("+syntax");
};

const program = `-- a comment
protocol P = &{ get: ?Int . end }
automaton a {
  provides web: P on tcp 80
  env { every = "x\${name}" }
  instances clamp(self.ready, 1, 8)
  restart on-failure update replace resolves ipv6
}
{- {- one -}
   let -}
let every = 2.5MiB
`;

/** The group that Vim paints the first occurrence of each word of a line in. */
const groups = (
  text: string,
  places: readonly (readonly [line: number, word: string])[],
): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), "architect-vim-"));
  try {
    const lines = text.split("\n");
    const at = places.map(([line, word]) => `[${line}, ${lines[line - 1]!.indexOf(word) + 1}]`);
    writeFileSync(join(folder, "a.arch"), text);
    writeFileSync(
      join(folder, "ask.vim"),
      [
        "filetype plugin on",
        "syntax on",
        `edit ${join(folder, "a.arch")}`,
        `let found = map([${at.join(",")}], 'synIDattr(synID(v:val[0], v:val[1], 1), "name")')`,
        `call writefile(found + [&filetype, &commentstring], '${join(folder, "out")}')`,
        "qa!",
      ].join("\n"),
    );
    execFileSync("vim", [
      "-N",
      "-u",
      "NONE",
      "-es",
      "--cmd",
      `set rtp^=${runtime}`,
      "-S",
      join(folder, "ask.vim"),
    ]);
    return readFileSync(join(folder, "out"), "utf8").trimEnd().split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
};

(hasVim() ? test : test.skip)("Vim colours a program (needs vim with +syntax)", (t) => {
  t.deepEqual(
    groups(program, [
      [1, "comment"],
      [2, "protocol"],
      [2, "P"],
      [2, "get"],
      [2, "Int"],
      [4, "provides"],
      [4, "web"],
      [4, "on"],
      [5, "every"],
      [5, "x"],
      [5, "name"],
      [6, "instances"],
      [6, "clamp"],
      [7, "on-failure"],
      [10, "let"],
      [11, "let"],
      [11, "every"],
      [11, "2.5"],
    ]),
    [
      "architectComment",
      "architectStructure",
      "architectDefined",
      "architectLabel",
      "architectPrimitive",
      "architectClause",
      "architectPort",
      "architectClause",
      "",
      "architectString",
      "architectInterpolation",
      "architectClause",
      "architectBuiltin",
      "architectClause",
      "architectComment",
      "architectKeyword",
      "",
      "architectNumber",
      "architect",
      "-- %s",
    ],
  );
});
