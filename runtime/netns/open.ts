/** The base case of network namespaces, put together. */
import type { BaseCase, Ended, InstanceId } from "../../src/core/base.ts";
import type { BaseImplementation } from "../../src/core/base-kind.ts";
import type { Clock } from "../../src/core/clock.ts";
import { type Lookup, notFound } from "../../src/core/lookup.ts";
import type { Monitor, MonitorTarget, OnHealth } from "../../src/core/monitor.ts";
import type { Instance, InstanceLimits, Process } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { isOf } from "../owner.ts";
import { withoutRoom } from "../process/kept/room-for.ts";
import { logsIn } from "../process/logs.ts";
import { ProcessManager } from "../process/process-manager.ts";
import { SystemState } from "../process/state.ts";
import { noWayOutWords, RelayedPublisher } from "../relay/publisher.ts";
import { HostResolver } from "../resolver/resolver.ts";
import { isInside } from "../rootless/places.ts";
import { NetnsBase } from "./base.ts";
import { HostPublisher } from "./host/publisher.ts";
import { takenPorts } from "./host/taken.ts";
import { execIn, instancesOf } from "./inside.ts";
import { hubMarkers } from "./label.ts";
import { isOwn } from "./marker.ts";
import { lookOnce } from "./monitor/listening.ts";
import { NetnsMonitor } from "./monitor/monitor.ts";
import type { Publisher } from "./publisher.ts";

/** Inside a user's own namespaces the host of the rules is not the real one: a relay leads to them. */
const openPublisher = (state: SystemState): Publisher => {
  const rules = new HostPublisher(state);
  return isInside() ? new RelayedPublisher(state.system, state.root, rules) : rules;
};

/** Network and processes of one system. */
class NetnsCase extends NetnsBase implements BaseCase {
  readonly #state: SystemState;
  readonly #processes: ProcessManager;
  readonly #resolver = new HostResolver();

  constructor(state: SystemState) {
    const processes = new ProcessManager(state, { isOurs: (namespace) => isOwn(namespace, state) });
    super(state, processes, openPublisher(state));
    this.#state = state;
    this.#processes = processes;
  }

  monitor(onHealth: OnHealth, clock: Clock): Monitor {
    return new NetnsMonitor(this, this.#processes, onHealth, clock);
  }

  missing(instance: Instance, ports: MonitorTarget["ports"], wasReady: boolean): string | null {
    try {
      return lookOnce({ ...instance, ports }, wasReady);
    } catch (error) {
      if (error instanceof KernelError) return null;
      throw error;
    }
  }

  allowUnenforced(): void {
    this.#processes.limits.allowsUnenforced = true;
  }

  unenforceable(limits: readonly InstanceLimits[], processes: readonly Process[]): readonly string[] {
    const own = this.#processes.limits;
    return [
      ...own.unenforceable(limits),
      ...withoutRoom(this.#state, processes, limits, (process) => own.stateSizes(process)),
    ];
  }

  /** From a user's own namespaces no name server can be asked, and nobody outside reached. */
  async lookUp(host: string): Promise<Lookup> {
    return isInside() ? notFound(noWayOutWords) : this.#resolver.lookUp(host);
  }

  override close(): Promise<void> {
    this.#resolver.close();
    return super.close();
  }

  instances(): readonly InstanceId[] {
    return instancesOf(this.#state, this.label);
  }

  exec(instance: InstanceId, argv: readonly string[], asCaller: boolean): Promise<Ended> {
    return execIn(this.#state, this.label, instance, argv, asCaller);
  }
}

/** Namespaces of an ordinary user are not among the machine's, and those are not his. */
const markers = (): ReturnType<typeof hubMarkers> => (process.getuid?.() === 0 ? hubMarkers() : []);

/** Opening throws a `KernelError` also where libmnl is missing. */
export const implementation: BaseImplementation = {
  open: ({ system, root }) => new NetnsCase(new SystemState(system, root)),
  systems: (ours) =>
    markers().map((marker) => {
      const { system, root } = marker;
      return { system, root, isOwn: isOf(marker, new SystemState(system, ours)) };
    }),
  logs: ({ directory }) => logsIn(`${directory}/logs`),
  // Inside a user's own namespaces the ports of the machine are not to be seen.
  taken: async (ports, { system, root }) =>
    isInside() ? [] : takenPorts(ports, new SystemState(system, root)),
};
