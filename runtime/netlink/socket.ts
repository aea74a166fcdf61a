/**
 * A netlink socket over libmnl. The kernel answers a request before the send returns,
 * so the socket never waits: what is not there to be read will not come, and a request
 * without an error was done. Many requests go in one send.
 */
import { type Mnl, type MnlSocket, mnl, mnlError } from "../ffi/mnl.ts";
import { growSendBuffer } from "../ffi/socket.ts";
import { KernelError } from "../kernel-error.ts";
import { errnoWords, type Refusal, refusal } from "./error.ts";
import { flags, messageTypes, type Request, readAcknowledgement, writeRequest } from "./message.ts";
import { type Message, messagesOf } from "./reader.ts";
import { MessageWriter } from "./writer.ts";

/** Netlink protocols: NETLINK_ROUTE and NETLINK_NETFILTER. */
export const buses = { route: 0, netfilter: 12 } as const;

const EAGAIN = 11;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const options = {
  capAcknowledgement: 10,
  extendedAcknowledgement: 11,
  strictCheck: 12,
  listenAllNsid: 8,
} as const;

/** Refusals of so many requests fit the smallest receive buffer, and none is lost. */
const requestsPerSend = 128;
/** Answers to so many questions as well. */
const questionsPerSend = 64;
const bytesPerSend = 128 * 1024;
/** The kernel fills at most 32 KiB a receive. */
const receiveRoom = 64 * 1024;
/** For transactions of tens of thousands of elements. */
const wantedSendBuffer = 8 * 1024 * 1024;
/** What the kernel keeps of the send buffer for itself. */
const datagramOverhead = 64;
/** How often a dump that changes under way is begun anew. */
const dumpAttempts = 20;

// Everything below is synchronous, so one writer and one buffer serve all sockets of a thread.
const writer = new MessageWriter();
const buffer = new Uint8Array(receiveRoom);
const one = Int32Array.of(1);

/** A netlink socket in one network namespace. Its calls are synchronous; it is closed with `close`. */
export class NetlinkSocket {
  /** Bytes that one send may have. */
  readonly sendLimit: number;
  readonly #mnl: Mnl;
  #socket: MnlSocket | null;
  #sequence = 0;

  /** Opens a socket of the network namespace in which the calling thread is now. `groups`: what it hears, as bits. */
  constructor(bus: number, groups = 0) {
    this.#mnl = mnl();
    this.#socket = this.#mnl.open(bus, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (this.#socket === null) throw mnlError("open a netlink socket");
    if (this.#mnl.bind(this.#socket, groups, 0) < 0) throw mnlError("bind a netlink socket");
    this.#mnl.setOption(this.#socket, options.capAcknowledgement, one, 4);
    this.#mnl.setOption(this.#socket, options.extendedAcknowledgement, one, 4);
    this.#mnl.setOption(this.#socket, options.strictCheck, one, 4);
    this.sendLimit =
      bus === buses.netfilter
        ? growSendBuffer(this.#mnl.descriptor(this.#socket), wantedSendBuffer) - datagramOverhead
        : bytesPerSend;
  }

  get #open(): MnlSocket {
    if (this.#socket === null) throw new Error("the netlink socket is closed");
    return this.#socket;
  }

  get descriptor(): number {
    return this.#mnl.descriptor(this.#open);
  }

  /** The number by which the kernel knows it, among the sockets of its namespace. */
  get port(): number {
    return this.#mnl.portOf(this.#open) >>> 0;
  }

  /** Hears also what happens in namespaces that have a number in this one. */
  hearAllNamespaces(): void {
    if (this.#mnl.setOption(this.#open, options.listenAllNsid, one, 4) < 0)
      throw mnlError("hear all namespaces");
  }

  close(): void {
    if (this.#socket !== null) this.#mnl.close(this.#socket);
    this.#socket = null;
  }

  nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0 || 1;
    return this.#sequence;
  }

  /** One datagram out. Throws a `KernelError`: `EMSGSIZE` where it is longer than the socket may send. */
  send(bytes: Uint8Array): void {
    if (this.#mnl.send(this.#open, bytes, bytes.length) < 0) throw mnlError("send to the kernel");
  }

  /**
   * The messages of the next datagram, valid until the next call; null where nothing waits.
   * ENOBUFS (answers were lost) is thrown as any other error.
   */
  receive(): readonly Message[] | null {
    const length = this.#mnl.receive(this.#open, buffer, buffer.length);
    if (length >= 0) return messagesOf(buffer, length);
    if (this.#mnl.errno() === EAGAIN) return null;
    throw mnlError("receive from the kernel");
  }

  /**
   * Performs requests in order, each by itself: after one that is refused the next are
   * still tried. Returns an answer for each: null where it was done.
   */
  perform(requests: readonly Request[]): readonly (Refusal | null)[] {
    const answers: (Refusal | null)[] = new Array(requests.length).fill(null);
    for (let next = 0; next < requests.length; ) {
      writer.clear();
      const first = next;
      const base = this.#sequence + 1;
      while (next < requests.length && next - first < requestsPerSend && writer.length < bytesPerSend) {
        writeRequest(writer, requests[next]!, this.nextSequence());
        next += 1;
      }
      this.send(writer.written());
      this.#answers(requests, answers, first, base);
    }
    return answers;
  }

  /**
   * Performs one request on another thread, as some take the kernel tens of milliseconds.
   * Nothing else may be done with the socket meanwhile.
   */
  async performElsewhere(request: Request): Promise<Refusal | null> {
    const own = new MessageWriter(1024);
    const base = this.nextSequence();
    writeRequest(own, request, base);
    const sent = await this.#mnl.sendElsewhere(this.#open, own.written(), own.length);
    if (sent < 0) return refusal(request.doing(), 5, "the request could not be sent");
    const answers: (Refusal | null)[] = [null];
    this.#answers([request], answers, 0, base);
    return answers[0]!;
  }

  #answers(requests: readonly Request[], answers: (Refusal | null)[], first: number, base: number): void {
    for (let messages = this.receive(); messages !== null; messages = this.receive()) {
      for (const message of messages) {
        const index = first + message.sequence - base;
        const request = requests[index];
        if (message.type !== messageTypes.error || request === undefined) continue;
        answers[index] = readAcknowledgement(message, request.doing);
      }
    }
  }

  /** Performs requests, and throws a `KernelError` for the first that is refused. */
  insist(requests: readonly Request[]): void {
    for (const answer of this.perform(requests)) if (answer !== null) throw asError(answer);
  }

  /** Performs removals: what is absent already counts as removed; else throws a `KernelError` for the first that is refused. */
  remove(requests: readonly Request[]): void {
    for (const answer of this.perform(requests))
      if (answer !== null && !isAbsence(answer) && !absentForRemoval.has(answer.code)) throw asError(answer);
  }

  request(request: Request): void {
    this.insist([request]);
  }

  /** Asks for one object, and reads the answer; null where there is none (ENOENT, ENODEV). */
  get<T>(request: Request, read: (message: Message) => T): T | null {
    writer.clear();
    const sequence = this.nextSequence();
    writeRequest(writer, request, sequence);
    this.send(writer.written());
    let found: T | null = null;
    for (let messages = this.receive(); messages !== null; messages = this.receive()) {
      for (const message of messages) {
        if (message.sequence !== sequence) continue;
        if (message.type !== messageTypes.error) found = read(message);
        else {
          const answer = readAcknowledgement(message, request.doing);
          if (answer !== null && !isAbsence(answer)) throw asError(answer);
        }
      }
    }
    return found;
  }

  /** Asks for many objects, each by itself; null for those that are not there. */
  getAll<T>(requests: readonly Request[], read: (message: Message) => T): readonly (T | null)[] {
    const found: (T | null)[] = new Array(requests.length).fill(null);
    for (let next = 0; next < requests.length; ) {
      writer.clear();
      const first = next;
      const base = this.#sequence + 1;
      for (; next < requests.length && next - first < questionsPerSend; next += 1)
        writeRequest(writer, requests[next]!, this.nextSequence());
      this.send(writer.written());
      for (let messages = this.receive(); messages !== null; messages = this.receive()) {
        for (const message of messages) {
          const index = first + message.sequence - base;
          const request = requests[index];
          if (request === undefined) continue;
          if (message.type !== messageTypes.error) found[index] = read(message);
          else {
            const answer = readAcknowledgement(message, request.doing);
            if (answer !== null && !isAbsence(answer)) throw asError(answer);
          }
        }
      }
    }
    return found;
  }

  /**
   * Reads all objects of a kind. A dump that the kernel says was interrupted by a change
   * is begun anew, so what is returned was all there at one time.
   */
  dump<T>(request: Request, read: (message: Message) => T | null): readonly T[] {
    for (let attempt = 0; attempt < dumpAttempts; attempt += 1) {
      const found = this.#dumpOnce(request, read);
      if (found !== null) return found;
    }
    const [code, words] = errnoWords(4);
    throw new KernelError(request.doing(), code, words);
  }

  #dumpOnce<T>(request: Request, read: (message: Message) => T | null): readonly T[] | null {
    writer.clear();
    const sequence = this.nextSequence();
    writeRequest(writer, request, sequence, flags.dump);
    this.send(writer.written());
    const found: T[] = [];
    let whole = true;
    for (;;) {
      const messages = this.receive();
      if (messages === null) throw asError(refusal(request.doing(), EAGAIN, "the dump has no end"));
      for (const message of messages) {
        if (message.sequence !== sequence) continue;
        if ((message.flags & flags.dumpInterrupted) !== 0) whole = false;
        if (message.type === messageTypes.done || message.type === messageTypes.error) {
          const answer = message.end - message.start < 4 ? null : readAcknowledgement(message, request.doing);
          if (answer?.code === "EINTR") return null;
          if (answer !== null) throw asError(answer);
          return whole ? found : null;
        }
        const object = read(message);
        if (object !== null) found.push(object);
      }
    }
  }
}

/** Routes and addresses that are not there: ESRCH and EADDRNOTAVAIL. */
const absentForRemoval: ReadonlySet<string> = new Set(["ESRCH", "EADDRNOTAVAIL"]);

const isAbsence = ({ code }: Refusal): boolean => code === "ENOENT" || code === "ENODEV";

/** A refusal as an error to be thrown. */
export const asError = (answer: Refusal): KernelError =>
  new KernelError(answer.doing, answer.code, answer.message);
