/** libmnl by FFI: the sockets. What goes through them is written and read in `runtime/netlink`. */
import { promisify } from "node:util";
import koffi, { type LibraryHandle } from "koffi";
import { KernelError } from "../kernel-error.ts";
import { errnoWords } from "../netlink/error.ts";

declare const mnlSocket: unique symbol;
/** `struct mnl_socket *`. */
export type MnlSocket = object & { readonly [mnlSocket]: true };

/** The functions of libmnl that are used; see its manual. */
export interface Mnl {
  /** Opens a socket of the namespace that the calling thread is in. Null: see `errno`. */
  open(bus: number, flags: number): MnlSocket | null;
  /** Port 0: the kernel chooses. */
  bind(socket: MnlSocket, groups: number, port: number): number;
  send(socket: MnlSocket, bytes: Uint8Array, length: number): number;
  /** As `send`, on another thread, for what takes the kernel long. The bytes must stay as they are until then. */
  sendElsewhere(socket: MnlSocket, bytes: Uint8Array, length: number): Promise<number>;
  /** Of a datagram that does not fit -1 with ENOSPC. */
  receive(socket: MnlSocket, buffer: Uint8Array, size: number): number;
  setOption(socket: MnlSocket, option: number, value: Int32Array, size: number): number;
  descriptor(socket: MnlSocket): number;
  portOf(socket: MnlSocket): number;
  close(socket: MnlSocket): number;
  /** Of the last call of this thread that failed. */
  errno(): number;
}

let loaded: Mnl | undefined;

/** The library, loaded at the first call. Throws where it is not installed. */
export const mnl = (): Mnl => {
  loaded ??= load();
  return loaded;
};

const load = (): Mnl => {
  const library = open();
  koffi.opaque("mnl_socket");
  const send = library.func("intptr_t mnl_socket_sendto(mnl_socket *nl, const void *buf, size_t len)");
  return {
    open: library.func("mnl_socket *mnl_socket_open2(int bus, int flags)") as Mnl["open"],
    bind: library.func(
      "int mnl_socket_bind(mnl_socket *nl, unsigned int groups, uint32_t pid)",
    ) as Mnl["bind"],
    send: send as Mnl["send"],
    sendElsewhere: promisify(send.async) as Mnl["sendElsewhere"],
    receive: library.func(
      "intptr_t mnl_socket_recvfrom(mnl_socket *nl, void *buf, size_t size)",
    ) as Mnl["receive"],
    setOption: library.func(
      "int mnl_socket_setsockopt(mnl_socket *nl, int type, void *buf, uint32_t len)",
    ) as Mnl["setOption"],
    descriptor: library.func("int mnl_socket_get_fd(mnl_socket *nl)") as Mnl["descriptor"],
    portOf: library.func("unsigned int mnl_socket_get_portid(mnl_socket *nl)") as Mnl["portOf"],
    close: library.func("int mnl_socket_close(mnl_socket *nl)") as Mnl["close"],
    errno: () => koffi.errno(),
  };
};

const open = (): LibraryHandle => {
  try {
    return koffi.load("libmnl.so.0");
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new KernelError(
      "load libmnl.so.0, which talks to the kernel (on Debian and Ubuntu: apt install libmnl0)",
      "ENOENT",
      words,
    );
  }
};

/** The error of the call that just failed on this thread. */
export const mnlError = (doing: string): KernelError => {
  const [code, words] = errnoWords(mnl().errno());
  return new KernelError(doing, code, words);
};
