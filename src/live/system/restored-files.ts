/**
 * The files that commands meet a running system at, made anew where somebody has taken them away: its directory,
 * the control socket, and what was noted of its inputs.
 */
import { ownDirectory, type SystemState } from "../../../runtime/process/state.ts";
import type { ControlServer } from "../control/server.ts";
import type { NotedInputs } from "../ledger/inputs.ts";
import type { Orchestrator } from "../runner/orchestrator.ts";
import { refusalOf } from "./refusal.ts";

export class RestoredFiles {
  readonly #state: SystemState;
  readonly #server: ControlServer;
  readonly #inputs: NotedInputs;
  readonly #orchestrator: Orchestrator;
  #isBusy = false;
  /** Why they cannot be made anew, as it was told. */
  #told: string | null = null;

  constructor(state: SystemState, server: ControlServer, inputs: NotedInputs, orchestrator: Orchestrator) {
    this.#state = state;
    this.#server = server;
    this.#inputs = inputs;
    this.#orchestrator = orchestrator;
  }

  /** `why`: what was taken away, in words. The system goes on where it cannot be done; it is told, once. */
  async makeAnew(why: string): Promise<void> {
    if (this.#isBusy) return;
    const { root, directory } = this.#state;
    this.#isBusy = true;
    try {
      ownDirectory(root);
      ownDirectory(directory);
      if (!this.#server.stands) await this.#server.listen(directory);
      this.#orchestrator.take({ _tag: "LeaseRegained", why });
      await this.#inputs.noteAgain();
      this.#told = null;
    } catch (error) {
      const { message } = refusalOf(error);
      const text = `what was taken away is not made anew: ${message}`;
      if (message !== this.#told) this.#orchestrator.journal.tell("failed", null, text, [why]);
      this.#told = message;
    } finally {
      this.#isBusy = false;
    }
  }
}
