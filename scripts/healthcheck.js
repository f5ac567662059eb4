// Answers whether the OPC UA endpoint talks: the first step of its handshake (OPC 10000-6 §7.1.2), HEL → ACK, without a client library.
// Usage: node scripts/healthcheck.js [port] [host]; exit code 0 = it answered within 3 s.
import { connect } from "node:net";

const [port = "4840", host = "127.0.0.1"] = process.argv.slice(2);
const url = Buffer.from(`opc.tcp://${host}:${port}/tallyline`);
const hello = Buffer.alloc(32 + url.length);
hello.write("HELF", 0, "latin1");
hello.writeUInt32LE(hello.length, 4);
// Protocol version 0, buffers of 64 KiB, no limit of message size and chunk count.
for (const [n, value] of [0, 65_536, 65_536, 0, 0].entries()) hello.writeUInt32LE(value, 8 + 4 * n);
hello.writeUInt32LE(url.length, 28);
url.copy(hello, 32);

const fail = (reason) => {
  console.error(`unhealthy: ${reason}`);
  process.exit(1);
};
const socket = connect(Number(port), host, () => socket.write(hello));
socket.setTimeout(3_000, () => fail("no answer within 3 s"));
socket.on("error", (error) => fail(error.message));
socket.on("data", (data) => {
  if (data.subarray(0, 3).toString("latin1") === "ACK") process.exit(0);
  fail(`unexpected answer ${data.subarray(0, 4).toString("latin1")}`);
});
