/** A machine without libmnl. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { kernelTest as test } from "../netns/lab.ts";

test("where libmnl is missing the error names the package that has it", (t) => {
  const module = fileURLToPath(new URL("../../../runtime/ffi/mnl.js", import.meta.url));
  const script = `
    const { mnl } = await import(${JSON.stringify(module)});
    try { mnl(); console.log("loaded"); } catch (error) { console.log(error.code, error.message); }
  `;
  // In mounts of its own, where the library is an empty file.
  const hide =
    'for lib in $(ldconfig -p | sed -n "s/.*libmnl.so.0 .*=> //p"); do mount --bind /dev/null "$lib"; done';
  const hidden = spawnSync(
    "unshare",
    ["-m", "sh", "-c", `${hide}; exec "$@"`, "sh", process.execPath, "-e", script, "--input-type=module"],
    {
      encoding: "utf8",
    },
  );
  t.is(hidden.stderr, "");
  t.regex(hidden.stdout, /^ENOENT load libmnl\.so\.0/);
  t.regex(hidden.stdout, /apt install libmnl0/);
});
