/**
 * Opening a browser. Other users see the arguments of every process, so the address, which has a token, is never one:
 * the browser is given a file that only this user may read, and that leads there.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether there is a screen, and a user of its own before it: the browser of root would be nobody's. */
export const hasDisplay = (env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.() ?? 0): boolean =>
  uid !== 0 && ((env.DISPLAY ?? "") !== "" || (env.WAYLAND_DISPLAY ?? "") !== "");

/** Opens an address; the result takes away what that left. Where it cannot be done nothing happens. */
export const openBrowser = (address: string): (() => void) => {
  const directory = mkdtempSync(join(tmpdir(), "architect-inspector-"));
  const file = join(directory, "open.html");
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${address}">\n`, {
    mode: 0o600,
  });
  const child = spawn("xdg-open", [file], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
  return () => rmSync(directory, { recursive: true, force: true });
};
