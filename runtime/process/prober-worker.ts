/** The thread that lives in the hub's namespace and asks instances how they are. */
import { get } from "node:http";
import { connect } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { Family } from "../../src/core/resource.ts";
import { CLONE_NEWNET, setns } from "../ffi/libc.ts";
import { onOrders } from "../thread.ts";
import { asksGrpc } from "./grpc-health.ts";
import type { NetworkProbe, ProbeAnswer, ProbeRequest } from "./prober.ts";

setns((workerData as { readonly namespace: number }).namespace, CLONE_NEWNET);

const asksTcp = (host: string, port: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });

const asksHttp = (host: string, port: number, path: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = get({ host, port, path, signal, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      if (status >= 200 && status < 400) resolve();
      else reject(new Error(`status ${status}`));
    });
    request.once("error", reject);
  });

const ask = (how: NetworkProbe, host: string, port: number, signal: AbortSignal): Promise<void> => {
  switch (how._tag) {
    case "tcp":
      return asksTcp(host, port, signal);
    case "http":
      return asksHttp(host, port, how.path, signal);
    case "grpc":
      return asksGrpc(host, port, how.service, signal);
  }
};

/**
 * Well if it answers by each family that clients need and it has; by either, where there is none: a program may listen on one
 * alone.
 */
const answer = async (request: ProbeRequest): Promise<ProbeAnswer> => {
  const { id, how, address, number, timeoutMs, families } = request;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  const hostsOf = (wanted: readonly Family[]): readonly string[] =>
    wanted.flatMap((family) => (family === "ipv6" ? address.v6 : (address.v4 ?? [])));
  const askAny = (hosts: readonly string[]): Promise<void> =>
    Promise.any(hosts.map((host) => ask(how, host, number, abort.signal)));
  try {
    const needed = families.filter((family) => hostsOf([family]).length > 0);
    const groups: readonly (readonly Family[])[] =
      needed.length === 0 ? [["ipv6", "ipv4"]] : needed.map((family) => [family]);
    await Promise.all(groups.map((group) => askAny(hostsOf(group))));
    return { id, problem: null };
  } catch (error) {
    const problems = ((error as AggregateError).errors as readonly Error[]).map(({ message }) => message);
    return {
      id,
      problem: abort.signal.aborted ? `no answer within ${timeoutMs} ms` : [...new Set(problems)].join("; "),
    };
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
};

onOrders(async (request: ProbeRequest) => parentPort!.postMessage(await answer(request)));
