/** Which systems that run read a secret. */
import { isRight } from "fp-ts/lib/Either.js";
import { orchestratorOf, systems } from "./systems.ts";

/** A system, and its automata that get the secret. */
export interface SecretReaders {
  readonly system: string;
  readonly automata: readonly string[];
}

/** Who reads a secret, as far as somebody knows. */
export interface FoundReaders {
  readonly readers: readonly SecretReaders[];
  /** Systems that nobody supervises: whether they read it is not known. */
  readonly unsupervised: readonly string[];
}

/** Asks the orchestrators: of one system, or of all. */
export const secretReaders = async (secret: string, scope: string | null): Promise<FoundReaders> => {
  const readers: SecretReaders[] = [];
  const unsupervised: string[] = [];
  for (const system of await systems()) {
    if (scope !== null && scope !== system) continue;
    const keeper = await orchestratorOf(system);
    if (keeper === null) {
      unsupervised.push(system);
      continue;
    }
    const answer = await keeper.ask("readers", { secret });
    keeper.client.close();
    if (isRight(answer) && answer.right.automata.length > 0)
      readers.push({ system, automata: answer.right.automata });
  }
  return { readers, unsupervised };
};

/** `shop reads it in db, web`, `no running system reads it`. */
export const readersLine = ({ readers, unsupervised }: FoundReaders): string => {
  const known = readers.map(({ system, automata }) => `${system} reads it in ${automata.join(", ")}`);
  const others = `nobody supervises ${unsupervised.join(", ")}: what reads it there follows at the next apply or run`;
  if (unsupervised.length > 0) return [...known, others].join("; ");
  return known.length === 0 ? "no running system reads it" : known.join("; ");
};
