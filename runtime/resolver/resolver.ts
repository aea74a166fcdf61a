/**
 * Looks up the names of hosts, as this machine would: in its table first, then at the name servers of
 * /etc/resolv.conf. Unlike the system's own call this tells how long an answer holds, and blocks nothing.
 */
import { Resolver } from "node:dns/promises";
import { type Lookup, notFound } from "../../src/core/lookup.ts";
import { tableEntry } from "./hosts-file.ts";

/** How long a name server is waited for before the next is asked, in milliseconds, and how often all are. */
const patience = { timeout: 2_000, tries: 2 };

/** So many names are asked for at a time: each takes a socket, and a name server may refuse a client that asks for very many. */
const mostAtOnce = 32;

const givenUp = "it was given up";

/** What the codes of the resolver mean. */
const meanings: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such name",
  ENODATA: "the name has no address",
  ESERVFAIL: "the name server failed",
  EREFUSED: "the name server refuses to answer",
  ENOTIMP: "the name server cannot answer such questions",
  EFORMERR: "the name server does not understand the question",
  EBADRESP: "the name server's answer makes no sense",
  ETIMEOUT: "no name server answered",
  ECONNREFUSED: "no name server can be reached",
  ECANCELLED: givenUp,
};

/** What became of the question for the addresses of one family. */
interface Answer {
  /** Sorted; null: the question failed. */
  readonly addresses: readonly string[] | null;
  readonly ttlMs: number | null;
  readonly problem: string | null;
}

interface Refusal {
  readonly code?: string;
  readonly message?: string;
}

/** The resolver's own words, and what they mean. */
const wordsOf = ({ code = "", message = "" }: Refusal): string => {
  const meaning = meanings[code];
  return meaning === undefined ? message : `${meaning} (${message})`;
};

const ask = async (
  question: Promise<readonly { readonly address: string; readonly ttl: number }[]>,
): Promise<Answer> => {
  try {
    const records = await question;
    const addresses = [...new Set(records.map(({ address }) => address))].sort();
    return { addresses, ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1_000, problem: null };
  } catch (error) {
    const refusal = error as Refusal;
    const isDefinite = refusal.code === "ENODATA" || refusal.code === "ENOTFOUND";
    return { addresses: isDefinite ? [] : null, ttlMs: null, problem: wordsOf(refusal) };
  }
};

const joined = (v4: Answer, v6: Answer): Lookup => {
  const ttls = [v4, v6].flatMap(({ ttlMs }) => ttlMs ?? []);
  // What failed says more than that there is nothing.
  const failure = [v4, v6].find(({ addresses }) => addresses === null)?.problem ?? null;
  if (ttls.length === 0) return notFound(failure ?? v4.problem ?? v6.problem ?? "nothing was found");
  return { v4: v4.addresses, v6: v6.addresses, ttlMs: Math.min(...ttls), problem: failure };
};

export class HostResolver {
  readonly #open = new Set<Resolver>();
  /** Those whose turn has not come; told whether it has, or they are given up. */
  readonly #waiting: ((isTurn: boolean) => void)[] = [];
  #free: number;

  constructor(atOnce = mostAtOnce) {
    this.#free = atOnce;
  }

  /** Never rejects. */
  async lookUp(host: string): Promise<Lookup> {
    const entry = tableEntry(host);
    if (entry !== null) return { ...entry, ttlMs: null, problem: null };
    if (this.#free > 0) this.#free--;
    else if (!(await this.#turn())) return notFound(givenUp);
    // A new one each time, which reads /etc/resolv.conf as it is now.
    const resolver = new Resolver(patience);
    this.#open.add(resolver);
    try {
      const [v4, v6] = await Promise.all([
        ask(resolver.resolve4(host, { ttl: true })),
        ask(resolver.resolve6(host, { ttl: true })),
      ]);
      return joined(v4, v6);
    } finally {
      this.#open.delete(resolver);
      this.#pass();
    }
  }

  #turn(): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a turn that is over to the next. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next(true);
  }

  /** Gives up what is under way, and what waits. */
  close(): void {
    for (const giveUp of this.#waiting.splice(0)) giveUp(false);
    for (const resolver of this.#open) resolver.cancel();
  }
}
