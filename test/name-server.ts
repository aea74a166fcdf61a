/** A name server for tests: it answers over UDP what it was told, and nothing leaves the machine. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** What a name stands for. A name that is not known does not exist. */
export interface Records {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  /** In seconds. */
  readonly ttl: number;
}

const types = { a: 1, aaaa: 28 } as const;

/** Answers' codes: the server failed; there is no such name. */
const failed = 2;
const noSuchName = 3;

const bytes6 = (address: string): readonly number[] => {
  const [head = "", tail = ""] = address.split("::").map((half) => half);
  const groups = (half: string): readonly string[] => (half === "" ? [] : half.split(":"));
  const zeros = new Array<string>(8 - groups(head).length - groups(tail).length).fill("0");
  const all = address.includes("::") ? [...groups(head), ...zeros, ...groups(tail)] : groups(head);
  return all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
};

const word = (...numbers: readonly number[]): Buffer =>
  Buffer.from(numbers.flatMap((one) => [one >> 8, one & 255]));

const record = (type: number, ttl: number, data: Buffer): Buffer =>
  // Its name is that of the question, at byte 12.
  Buffer.concat([word(0xc00c, type, 1, ttl >>> 16, ttl & 0xffff, data.length), data]);

export class NameServer {
  readonly records = new Map<string, Records>();
  /** Names of which the server says that it failed. */
  readonly broken = new Set<string>();
  /** The names that were asked for, once a family. */
  readonly asked: string[] = [];
  #socket: Socket | null = null;

  /** In the network in which the caller is. */
  async listen(port = 53, address = "127.0.0.1"): Promise<number> {
    const socket = createSocket("udp4");
    socket.on("message", (question, { port: from, address: client }) =>
      socket.send(this.#answer(question), from, client),
    );
    socket.bind(port, address);
    await once(socket, "listening");
    this.#socket = socket;
    return socket.address().port;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  #answer(question: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = question[at]!; length > 0; length = question[at]!) {
      labels.push(question.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join(".").toLowerCase();
    this.asked.push(name);
    const type = question.readUInt16BE(at + 1);
    const found = this.records.get(name);
    const { ttl = 0, a = [], aaaa = [] } = found ?? {};
    const answers =
      type === types.a
        ? a.map((one) => record(type, ttl, Buffer.from(one.split(".").map(Number))))
        : type === types.aaaa
          ? aaaa.map((one) => record(type, ttl, Buffer.from(bytes6(one))))
          : [];
    const code = this.broken.has(name) ? failed : found === undefined ? noSuchName : 0;
    const told = code === 0 ? answers : [];
    const header = Buffer.concat([question.subarray(0, 2), word(0x8180 | code, 1, told.length, 0, 0)]);
    return Buffer.concat([header, question.subarray(12, at + 5), ...told]);
  }
}
