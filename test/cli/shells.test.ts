/** Completion as a person meets it: keys in a terminal, in each shell that is installed. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { binary, folder } from "./binary.ts";
import { start } from "./running.ts";
import { hasTmux, Tmux } from "./tmux.ts";

const isThere = (command: string, flag = "--version"): boolean =>
  spawnSync(command, [flag], { stdio: "ignore" }).status === 0;

/** What it takes to begin a shell that knows the command and shows `$ `. */
const shells: Readonly<Record<string, (t: ExecutionContext, directory: string) => string>> = {
  bash: (_, directory) => {
    writeFileSync(join(directory, ".bashrc"), `PS1='$ '; eval "$(architect completion bash)"\n`);
    return `bash --rcfile ${join(directory, ".bashrc")} -i`;
  },
  zsh: (_, directory) => {
    const start = `PS1='$ '; autoload -U compinit; compinit -u -D; eval "$(architect completion zsh)"\n`;
    writeFileSync(join(directory, ".zshrc"), start);
    return `env ZDOTDIR=${directory} zsh -d -i`;
  },
  fish: (_, directory) => {
    const start = "architect completion fish | source\nfunction fish_prompt; printf '$ '; end\n";
    writeFileSync(join(directory, "rc.fish"), start);
    return `fish --no-config -C 'source ${join(directory, "rc.fish")}'`;
  },
};

class Shell {
  readonly #terminal: Tmux;

  constructor(t: ExecutionContext, command: string, cwd: string, env: NodeJS.ProcessEnv) {
    this.#terminal = new Tmux(t, command, { cwd, env });
  }

  /** Waits until the last line with something in it is this one. */
  async shows(line: string): Promise<void> {
    await this.#terminal.shows(line, (lines) => lines.findLast((each) => each !== "") === line);
  }

  /** Types a text and the tabulator, and takes it all back when the line has come out as it should. */
  async completes(typed: string, completed: string): Promise<void> {
    await this.shows("$");
    await this.#terminal.types(typed);
    await this.shows(`$ ${typed}`.trimEnd());
    await this.#terminal.presses("Tab");
    await this.shows(`$ ${completed}`);
    await this.#terminal.presses("C-u", "C-l");
  }
}

const program = `let n = input("count", 1)
automaton alpha { instances n }
system first = [alpha]
`;

for (const [shell, begin] of Object.entries(shells)) {
  const runs = isThere(shell) && hasTmux ? test.serial : test.serial.skip;
  runs(`${shell} completes commands, options, files of any name, and what is in them`, async (t) => {
    const place = folder(t);
    const cwd = join(place, "work");
    mkdirSync(join(cwd, "deep er"), { recursive: true });
    mkdirSync(join(place, "bin"));
    for (const name of ["shop.arch", "my shelf.arch", "we$ird.arch", "notes.txt", "deep er/inner.arch"])
      writeFileSync(join(cwd, name), program);
    const command = join(place, "bin/architect");
    writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`);
    chmodSync(command, 0o755);
    const env = {
      ...process.env,
      PATH: `${join(place, "bin")}:${process.env.PATH}`,
      ARCHITECT_RUNTIME_DIR: join(place, "runtime"),
      HOME: place,
    };
    await start(t, ["run", "shop.arch", "--base", "memory"], cwd, env).says("Ctrl-C stops");
    const screen = new Shell(t, begin(t, place), cwd, env);
    await screen.completes("architect che", "architect check");
    await screen.completes("architect check sh", "architect check shop.arch");
    await screen.completes("architect check ./s", "architect check ./shop.arch");
    await screen.completes("architect check my", "architect check my\\ shelf.arch");
    await screen.completes("architect check my\\ s", "architect check my\\ shelf.arch");
    await screen.completes("architect check we", "architect check we\\$ird.arch");
    await screen.completes("architect check dee", "architect check deep\\ er/");
    await screen.completes("architect check deep\\ er/", "architect check deep\\ er/inner.arch");
    await screen.completes("architect fmt shop.arch my", "architect fmt shop.arch my\\ shelf.arch");
    await screen.completes("architect explain alpha --file sh", "architect explain alpha --file shop.arch");
    await screen.completes("architect graph shop.arch --fo", "architect graph shop.arch --format");
    await screen.completes("architect graph shop.arch --format=s", "architect graph shop.arch --format=svg");
    await screen.completes("architect check shop.arch -i c", "architect check shop.arch -i count=");
    await screen.completes("architect plan shop.arch --system f", "architect plan shop.arch --system first");
    await screen.completes("architect down f", "architect down first");
    await screen.completes("architect logs alpha.", "architect logs alpha.0");
    await screen.completes("architect set co", "architect set count=");
    await t.notThrowsAsync(screen.shows("$"));
  });
}
