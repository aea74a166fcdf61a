/** Rules of `iptables-legacy` are read by running a program, as root: which one, the working directory must not decide. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kernelTest } from "../lab.ts";
import { enterOwnHost } from "./own-host.ts";

const test = kernelTest.serial;
enterOwnHost();

const legacy = new URL("../../../../runtime/netns/host/warnings/legacy.js", import.meta.url);
const program = `
  import { readLegacy } from ${JSON.stringify(legacy)};
  console.log(JSON.stringify((await readLegacy()).map(({ chain }) => chain.name)));
`;

for (const [what, env] of [
  ["no PATH", {}],
  ["an empty PATH", { PATH: "" }],
  ["a PATH with empty entries", { PATH: ":/usr/bin::" }],
  ["a PATH with relative entries", { PATH: ".:bin" }],
] as const)
  test(`with ${what} the program is not taken from the working directory`, (t) => {
    const iptables = (words: string): unknown =>
      execFileSync("iptables-legacy", words.split(" "), { env: { PATH: "/usr/sbin:/sbin" } });
    t.teardown(() => iptables("-P FORWARD ACCEPT"));
    iptables("-P FORWARD DROP");
    const place = mkdtempSync(join(tmpdir(), "cwd-"));
    t.teardown(() => rmSync(place, { recursive: true }));
    const trap = join(place, "iptables-legacy-save");
    writeFileSync(trap, `#!/bin/sh\n: > ${place}/ran\n`, { mode: 0o755 });
    const options = { cwd: place, env, encoding: "utf8" } as const;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", program], options);
    t.deepEqual(JSON.parse(out), ["INPUT", "FORWARD"]);
    t.false(existsSync(join(place, "ran")));
  });
