/**
 * Who may speak to the server at all. A browser sends to loopback whatever any page tells it to, under whatever name
 * that page got resolved to 127.0.0.1: so the address is compared letter by letter, and nothing is resolved. Not even
 * `localhost` is its name: that means ::1 too, where another user may listen at the same port, and both would be
 * one origin.
 */

/** Where the server listens. */
export const loopbackAddress = "127.0.0.1";

/** Whether a request is for this server by its own address; the port is part of it. */
export const isOwnHost = (host: string | undefined, port: number): boolean =>
  host === `${loopbackAddress}:${port}`;

/** Whether a request comes from a page of the very server that it is for. */
export const isOwnOrigin = (origin: string | undefined, host: string | undefined, port: number): boolean =>
  isOwnHost(host, port) && origin === `http://${host}`;
