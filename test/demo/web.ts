// Lends this machine's port 80 to the demo's server, so that http://hello.localhost opens here.
import { connect, createServer } from "node:net";

const [address = ""] = process.argv.slice(2);

createServer((near) => {
  const far = connect({ host: address, port: 80 });
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
}).listen({ host: "127.0.0.1", port: 80 });
