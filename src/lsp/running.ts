/** What runs of the programs that are open: their systems' status, as long as somebody keeps them. */
import type { Status } from "../live/control/status.ts";
import type { Project } from "./project.ts";

/** How often one looks whether a system has begun to run, in milliseconds. */
const lookMs = 3000;
/** Events that come in this time are one change. */
const gatherMs = 200;

interface FollowedSystem {
  status: Status | null;
  close(): void;
}

export class Running {
  readonly #project: Project;
  readonly #changed: () => void;
  readonly #kept = new Map<string, FollowedSystem>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** `changed` is called when what runs is other than it was. */
  constructor(project: Project, changed: () => void) {
    this.#project = project;
    this.#changed = changed;
  }

  /** The system's status, if it runs from the file. */
  statusOf(file: string, system: string): Status | null {
    const status = this.#kept.get(system)?.status ?? null;
    return status?.file === file ? status : null;
  }

  /** Of all systems that run from a file. */
  statusesOf(file: string): readonly Status[] {
    return [...this.#kept.values()].flatMap(({ status }) => (status?.file === file ? [status] : []));
  }

  /** Other files are open, or others of their systems. */
  changed(): void {
    if (this.#timer === null && !this.#closed) void this.#look();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const { close } of this.#kept.values()) close();
  }

  async #look(): Promise<void> {
    const wanted = new Set<string>();
    for (const { name } of this.#project.systems.keys()) if (name !== null) wanted.add(name);
    for (const system of wanted) {
      if (this.#kept.has(system)) continue;
      // Whatever hinders it: a program can be edited without.
      await this.#keep(system).catch(() => {});
    }
    if (this.#closed || [...this.#project.opened].length === 0) {
      this.#timer = null;
      return;
    }
    this.#timer = setTimeout(() => void this.#look(), lookMs);
    this.#timer.unref();
  }

  async #keep(system: string): Promise<void> {
    const [{ ControlClient }, { SystemState }] = await Promise.all([
      import("../live/control/client.ts"),
      import("../../runtime/process/state.ts"),
    ]);
    const client = await ControlClient.open(new SystemState(system).directory);
    if (client === null) return;
    const kept: FollowedSystem = { status: null, close: () => client.close() };
    this.#kept.set(system, kept);
    let asking = false;
    const ask = async (): Promise<void> => {
      asking = false;
      const answer = await client.ask("status", {});
      if (answer._tag === "Left" || this.#kept.get(system) !== kept) return;
      const before = JSON.stringify(kept.status);
      kept.status = answer.right;
      if (JSON.stringify(kept.status) !== before) this.#changed();
    };
    const soon = (): void => {
      if (asking) return;
      asking = true;
      setTimeout(() => void ask(), gatherMs).unref();
    };
    void client.closed.then(() => {
      this.#kept.delete(system);
      if (!this.#closed) this.#changed();
    });
    await client.listen(soon);
    await ask();
    // Not everything that changes is an event, as the state of an instance that becomes ready.
    const poll = setInterval(soon, lookMs);
    poll.unref();
    void client.closed.then(() => clearInterval(poll));
  }
}
