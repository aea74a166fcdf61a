/** What commands lay out fits a terminal of 80 columns: no line is broken by the terminal. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import stringWidth from "string-width";
import { commands } from "../../../src/cli/commands.ts";
import { architect, binary, folder } from "../binary.ts";
import { start } from "../running.ts";
import { hasTmux, Tmux } from "../tmux.ts";

const inTerminal = hasTmux ? test : test.skip;

const program = (greeting: string): string => `
protocol Http = mu t. &{ get: ?String . !Bytes . t, quit: end }
protocol Store = mu t. &{ get: ?String . !Bytes . t, put: ?String . ?Bytes . t, quit: end }
automaton database_with_a_long_name {
  provides kv: Store on tcp 6379 from 16379
  runs exec ["sleep", "1000", "an-argument-that-is-longer-than-any-line-of-a-terminal-of-eighty-columns-could-ever-be"]
  state data at "/var/lib/database"
  limits { memory = 256MiB, processes = 100 }
  files { "/etc/other/long/path/of/a/file.conf" = "${greeting}" }
}
let service(label, n) = automaton "\${label}" {
  provides api: Http on tcp 9000
  requires kv: Store
  runs exec ["sleep", "1000", label]
  instances n
  env { GREETING = "${greeting}, and this is a value that is long enough to be cut or broken", MODE = "fast" }
  after database_with_a_long_name
}
let catalogue = service("catalogue", 2)
let cart = service("cart-of-customers", input("cart.replicas", 1))
automaton storefront {
  provides web: Http on tcp 8080
  requires catalogue: Http
  requires cart: Http
  runs exec ["sleep", "1000"]
  instances clamp(ceil(self.connections / 50), 1, 8)
}
system wide = [
  storefront(catalogue = catalogue, cart = cart),
  [catalogue, cart] => database_with_a_long_name,
  publish(storefront.web, 18080),
]
`;

const wrong = `${program("hello").replace("catalogue, cart] =>", "catalogue, crat] =>")}
let another_one = "a text" + 5 * 3s -- and this is a comment behind it that is long enough for the line to be cut
`;

const calls: readonly string[] = [
  ...commands.map(({ name }) => `${name} --help`),
  "--help",
  "check wrong.arch",
  "check main.arch --limit zzz",
  "plan main.arch",
  "plan main.arch -i cart.replicas=5",
  "plan other.arch",
  "edit main.arch 'scale cart-of-customers 3' --dry-run",
  "status",
  "status --all",
  ...["storefront", "cart-of-customers", "database_with_a_long_name", "database_with_a_long_name.0"].map(
    (name) => `explain ${name}`,
  ),
  "events --since 1h --no-follow",
  "state ls",
  "secret ls",
  "down nothing-of-this-name",
];

inTerminal("no line is wider than a terminal of 80 columns", async (t) => {
  const files = { "main.arch": program("hello"), "other.arch": program("welcome"), "wrong.arch": wrong };
  const cwd = folder(t, files);
  const runtime = join(cwd, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  const env = { ARCHITECT_RUNTIME_DIR: runtime, ARCHITECT_STATE_DIR: join(cwd, "state") };
  await start(t, ["run", "main.arch", "--base", "memory"], cwd, env).says("Ctrl-C stops");
  await architect(["set", "cart.replicas=2"], { cwd, env });
  const script = calls.map((call) => `echo "## ${call}"; "$node" "$binary" ${call}`).join("\n");
  const tmux = new Tmux(t, `bash -c '${script.replaceAll("'", `'\\''`)}\necho "## the end"; sleep 1000'`, {
    cwd,
    env: { ...process.env, ...env, node: process.execPath, binary },
    columns: 80,
    rows: 1000,
  });
  await tmux.shows("the end", (lines) => lines.includes("## the end"));
  const lines = await tmux.written();
  let call = "";
  const wide: string[] = [];
  for (const line of lines) {
    if (line.startsWith("## ")) call = line;
    else if (stringWidth(line) > 80) wide.push(`${call}: ${line}`);
  }
  t.deepEqual(wide, []);
  // Each said something.
  t.true(lines.length > 8 * calls.length, `${lines.length} lines`);
});
