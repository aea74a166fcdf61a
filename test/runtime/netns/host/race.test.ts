/** Of two systems that want one port of the host at the same moment one is refused, always. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import type { Failure } from "../../../../src/core/base.ts";
import { freshName } from "../../../fresh.ts";
import { nft } from "../../nft.ts";
import { kernelTest } from "../lab.ts";
import { ownedOf } from "../owned.ts";
import { enterOwnHost } from "./own-host.ts";

const test = kernelTest.serial;
enterOwnHost();

const rounds = 40;

interface Racer {
  readonly system: string;
  /** Says something, and waits for the answer. */
  ask(line: string): Promise<readonly Failure[]>;
  end(): Promise<number | null>;
}

const racer = async (t: ExecutionContext): Promise<Racer> => {
  const system = freshName();
  const program = fileURLToPath(new URL("./racer.js", import.meta.url));
  const child = spawn(process.execPath, [program, system], { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<readonly Failure[]> => JSON.parse((await lines.next()).value ?? "null");
  t.deepEqual(await answer(), []);
  return {
    system,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    end: async () => {
      child.stdin.end();
      const [code] = await once(child, "exit");
      return code;
    },
  };
};

/** Systems whose table has the port. */
const holders = (racers: readonly Racer[], port: number): readonly string[] =>
  racers
    .map(({ system }) => system)
    .filter((system) => nft(null, "list", "tables").includes(`architect-${system}`))
    .filter((system) =>
      nft(null, "list", "map", "inet", `architect-${system}`, "ports4").includes(`tcp . ${port} :`),
    );

test("one of two is refused, with the name of the other", async (t) => {
  const racers = await Promise.all([racer(t), racer(t)]);
  const wins = new Map(racers.map(({ system }) => [system, 0]));
  for (let round = 0; round < rounds; round += 1) {
    const port = 20_000 + round;
    // At the same moment, or a little apart.
    const at = Date.now() + 20;
    const apart = (round % 5) * (round % 2 === 0 ? 1 : -1);
    const answers = await Promise.all(
      racers.map((one, which) => one.ask(`${port} ${which === 0 ? at : at + apart}`)),
    );
    const winners = racers.filter((_, which) => answers[which]!.length === 0);
    t.is(winners.length, 1, `round ${round}: ${JSON.stringify(answers)}`);
    const [winner] = winners;
    t.deepEqual(
      answers.flat().map(({ code, message }) => [code, message]),
      [["EADDRINUSE", `system ${winner!.system} of ${ownedOf("").root} publishes it already`]],
    );
    t.deepEqual(holders(racers, port), [winner!.system]);
    wins.set(winner!.system, wins.get(winner!.system)! + 1);
    t.deepEqual(await Promise.all(racers.map((one) => one.ask("undo"))), [[], []]);
  }
  t.log([...wins.values()].join(" to "));
  t.deepEqual(await Promise.all(racers.map((one) => one.end())), [0, 0]);
  t.false(nft(null, "list", "tables").includes("architect"));
});
