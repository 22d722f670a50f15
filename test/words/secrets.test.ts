// Where a value is handed over, as people paste it into a shell.
import { expect, test } from "vitest";
import { plain } from "../../src/words/draw.ts";
import { insertDoc } from "../../src/words/secrets.ts";

test.each([
  ["/var/lib/moot/inserts/w_a_v1", "/dev/stdin /var/lib/moot/inserts/w_a_v1"],
  ["/srv/the moot/w_a_v1", "/dev/stdin '/srv/the moot/w_a_v1'"],
  ["/srv/ana's/w_a_v1", String.raw`/dev/stdin '/srv/ana'\''s/w_a_v1'`],
])("the path %s is one word", (path, words) => {
  expect(plain(insertDoc("w_a_v1", path, 0))).toContain(words);
});
