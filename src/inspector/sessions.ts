/**
 * Who may read and act. The address that is printed has a token behind `#`, which a browser sends nowhere. The page
 * gives it back once, for two secrets: a cookie that no script can read, and a key that the page keeps for its own
 * origin. Both are asked for, since a cookie is also sent to other ports of the same host, where another user may
 * listen, and a key alone could be read by a script.
 */
import { createHash, randomBytes } from "node:crypto";

/** What a page shows to be let in. */
export interface Credentials {
  readonly cookie: string;
  readonly key: string;
}

const secret = (): string => randomBytes(32).toString("base64url");

/** Secrets are looked up by their digest, so that how long it takes says nothing of them. */
const digest = (of: string): string => createHash("sha256").update(of).digest("base64url");

/** More pages than these forget the oldest. */
const most = 64;

/** The tokens that may be used, and the pages that were let in. */
export class Sessions {
  /** Digests of the tokens that were not used yet. */
  readonly #tokens = new Set<string>();
  /** By the digest of its cookie, the digest of its key. */
  readonly #pages = new Map<string, string>();

  /** A token that opens one session. */
  issue(): string {
    const token = secret();
    this.#tokens.add(digest(token));
    for (const oldest of this.#tokens) if (this.#tokens.size > most) this.#tokens.delete(oldest);
    return token;
  }

  /** Opens a session, once a token; null where it is not one of ours, or was used. */
  redeem(token: string): Credentials | null {
    if (!this.#tokens.delete(digest(token))) return null;
    const made = { cookie: secret(), key: secret() };
    this.#pages.set(digest(made.cookie), digest(made.key));
    for (const oldest of this.#pages.keys()) if (this.#pages.size > most) this.#pages.delete(oldest);
    return made;
  }

  /** Whether both belong to one session. */
  admits({ cookie, key }: Credentials): boolean {
    return this.#pages.get(digest(cookie)) === digest(key);
  }
}
