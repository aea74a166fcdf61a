/** Which systems that run read a secret. */
import { isRight } from "fp-ts/lib/Either.js";
import { orchestratorOf, systems } from "./systems.ts";

/** A system, and its automata that get the secret. */
export interface SecretReaders {
  readonly system: string;
  readonly automata: readonly string[];
}

/** Asks the orchestrators: of one system, or of all. Of what nobody supervises it is not known. */
export const secretReaders = async (
  secret: string,
  scope: string | null,
): Promise<readonly SecretReaders[]> => {
  const found: SecretReaders[] = [];
  for (const system of await systems()) {
    if (scope !== null && scope !== system) continue;
    const keeper = await orchestratorOf(system);
    if (keeper === null) continue;
    const answer = await keeper.ask("readers", { secret });
    keeper.client.close();
    if (isRight(answer) && answer.right.automata.length > 0)
      found.push({ system, automata: answer.right.automata });
  }
  return found;
};

/** `shop reads it in db and web`, `no running system reads it`. */
export const readersLine = (readers: readonly SecretReaders[]): string =>
  readers.length === 0
    ? "no running system reads it"
    : readers.map(({ system, automata }) => `${system} reads it in ${automata.join(", ")}`).join("; ");
