/** Processes that look like one that holds the namespaces of a user, as any user can start them. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ExecutionContext } from "ava";

/** Listens as a relay does and at a port of the host, of which it tells; and of each question that it hears. */
const program = (answer: string): string => `
  const net = require("node:net");
  const answer = (socket) => { ${answer} };
  const relay = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    console.log("asked");
    answer(socket);
  });
  const port = net.createServer();
  relay.listen(process.argv[2] + "/.relay", () => port.listen(Number(process.argv[3]), "127.0.0.1", () => console.log(port.address().port)));
`;

export interface Pretender {
  readonly process: ChildProcess;
  readonly root: string;
  readonly port: number;
  /** How often it was asked. */
  asked(): number;
}

/** Starts one. `answer`: what it does with `socket`, of who asks; `at`: the port that it has, 0: any. */
export const pretender = async (t: ExecutionContext, answer: string, at = 0): Promise<Pretender> => {
  const root = mkdtempSync(join(tmpdir(), "relay-"));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const main = join(root, "holder-main.js");
  writeFileSync(main, program(answer));
  const child = spawn(process.execPath, [main, root, String(at)], { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  let asked = 0;
  const lines = createInterface(child.stdout);
  const port = await new Promise<number>((resolve) => {
    lines.on("line", (line) => {
      if (line === "asked") asked += 1;
      else resolve(Number(line));
    });
  });
  return { process: child, root, port, asked: () => asked };
};
