/**
 * A client of UDP that never pauses: it sends from one port a datagram every few milliseconds,
 * whatever comes of it, in the namespace that it is started in. Prints whom each answer is from,
 * whenever that changes. Arguments: address, port.
 */
import { createSocket } from "node:dgram";

const [address = "", port = "0"] = process.argv.slice(2);
const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
let last = "";
const hear = (from: string): void => {
  if (from !== last) console.log(from);
  last = from;
};
socket.on("message", (message) => hear(message.toString().split(" ")[0]!));
socket.on("error", () => {});
socket.bind(0, () => {
  console.log("sends");
  setInterval(() => socket.send("?", Number(port), address, () => {}), 2);
});
