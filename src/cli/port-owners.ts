/** Who has a port of the machine: which program, or which automaton of which system. */
import { isLeft } from "fp-ts/lib/Either.js";
import { SystemState } from "../../runtime/process/state.ts";
import type { BaseKind, HostPort, TakenPort } from "../core/base-kind.ts";
import { reach } from "../live/control/reach.ts";
import type { Status } from "../live/control/status.ts";

/** A port that is taken, and what may be done about it. */
export interface PortOwner extends HostPort {
  readonly words: string;
  readonly hint: string;
}

/** What the orchestrator of a system says of it; null where there is none that answers. */
const statusOf = async (system: string): Promise<Status | null> => {
  const reached = await reach(new SystemState(system));
  if (reached._tag !== "Answering") return null;
  const answer = await reached.wait(reached.client.ask("status", {}));
  reached.client.close();
  return isLeft(answer) || isLeft(answer.right) ? null : answer.right.right;
};

/** Those of the ports that others than this system have. */
export const whoHas = async (
  ports: readonly HostPort[],
  system: string,
  kind: BaseKind,
): Promise<readonly PortOwner[]> => {
  const taken = await (await kind.load()).taken(ports, new SystemState(system));
  const systems = [...new Set(taken.flatMap((one) => one.system ?? []))];
  const statuses = new Map(
    await Promise.all(systems.map(async (name) => [name, await statusOf(name)] as const)),
  );
  return taken.map((one: TakenPort): PortOwner => {
    const { transport, port, words } = one;
    const status = one.system === null ? null : (statuses.get(one.system) ?? null);
    const to = status?.publications.find(
      ({ hostPort, transport: by }) => hostPort === port && by === transport,
    )?.to;
    return {
      transport,
      port,
      words: to === undefined ? words : `${words}, for ${to}`,
      hint:
        one.system === null
          ? "publish at another port, or end what has it"
          : `publish at another port, or end that system: architect down ${one.system}`,
    };
  });
};
