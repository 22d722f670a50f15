// A name server that knows no names, run on the switch: engines give no answer at all where theirs is out of reach.
import { createSocket } from "node:dgram";

const response = 0x8183; // an answer, recursion desired and available, "no such name"

const socket = createSocket("udp4");
socket.on("message", (question, sender) => {
  const answer = Buffer.from(question);
  answer.writeUInt16BE(response, 2);
  socket.send(answer, sender.port, sender.address);
});
socket.bind(53, process.argv[2]);
