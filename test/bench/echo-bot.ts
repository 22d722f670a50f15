// The bare bot that moot is measured against: the SDK that bots are made with, and nothing but an echo.
import { LogLevel, LogService, MatrixClient, MemoryStorageProvider } from "matrix-bot-sdk";
import { z } from "zod";

const { BENCH_URL: url, BENCH_TOKEN: token } = z
  .object({ BENCH_URL: z.string(), BENCH_TOKEN: z.string() })
  .parse(process.env);
const message = z.object({ sender: z.string(), content: z.object({ body: z.string() }) });

/** Says "ready", as moot does, when the first sync has come. */
class Storage extends MemoryStorageProvider {
  #isReady = false;

  override setSyncToken(position: string | null): void {
    super.setSyncToken(position);
    if (this.#isReady || position === null) return;
    this.#isReady = true;
    process.stdout.write('{"msg":"ready"}\n');
  }
}

LogService.setLevel(LogLevel.ERROR);
const client = new MatrixClient(url, token, new Storage());
const self = await client.getUserId();
client.on("room.message", (room: string, event: unknown) => {
  const { sender, content } = message.parse(event);
  if (sender !== self) void client.sendText(room, content.body);
});
await client.start();
