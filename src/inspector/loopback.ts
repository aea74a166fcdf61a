/**
 * Who may speak to the server at all. A browser sends to loopback whatever any page tells it to, under whatever name
 * that page got resolved to 127.0.0.1: so the names are compared letter by letter, and nothing is resolved.
 */

/** Where the server listens. */
export const loopbackAddress = "127.0.0.1";

const names: readonly string[] = [loopbackAddress, "localhost"];

/** Whether a request is for this server by one of its own names; the port is part of it. */
export const isOwnHost = (host: string | undefined, port: number): boolean =>
  host !== undefined && names.some((name) => host === `${name}:${port}`);

/** Whether a request comes from a page of the very server that it is for. */
export const isOwnOrigin = (origin: string | undefined, host: string | undefined, port: number): boolean =>
  isOwnHost(host, port) && origin === `http://${host}`;
