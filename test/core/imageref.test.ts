// Image references split as Docker splits them.
import { describe, expect, it } from "vitest";
import { parseImage } from "../../src/core/imageref.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("an image reference", () => {
  it.each([
    ["nginx", { registry: "docker.io", name: "library/nginx", tag: "latest" }],
    ["nginx:1.27-alpine", { registry: "docker.io", name: "library/nginx", tag: "1.27-alpine" }],
    ["gitea/gitea:1.15.3", { registry: "docker.io", name: "gitea/gitea", tag: "1.15.3" }],
    ["docker.io/nginx:1", { registry: "docker.io", name: "library/nginx", tag: "1" }],
    ["index.docker.io/nginx:1", { registry: "docker.io", name: "library/nginx", tag: "1" }],
    ["localhost/a:1", { registry: "localhost", name: "a", tag: "1" }],
    ["10.78.0.1:5000/hello:1.0.0", { registry: "10.78.0.1:5000", name: "hello", tag: "1.0.0" }],
    ["[::1]:5000/hello", { registry: "[::1]:5000", name: "hello", tag: "latest" }],
    ["ghcr.io/a/b/c:v1", { registry: "ghcr.io", name: "a/b/c", tag: "v1" }],
    ["Registry/app", { registry: "Registry", name: "app", tag: "latest" }],
    [`ghcr.io/a/b@${DIGEST}`, { registry: "ghcr.io", name: "a/b", digest: DIGEST }],
    [
      `nginx:1@${DIGEST}`,
      { registry: "docker.io", name: "library/nginx", tag: "1", digest: DIGEST },
    ],
  ])("%s is read", (text, reference) => {
    expect(parseImage(text)).toEqual(reference);
  });

  it.each([
    "",
    "Nginx",
    "nginx:",
    "nginx:-x",
    "nginx@sha256:abc",
    "nginx@",
    "/nginx",
    "nginx/",
    "a//b",
    "a b",
    "https://ghcr.io/a/b",
    "ghcr.io/",
    "ghcr.io/../etc",
    "host:99999999/a",
    `a:${"x".repeat(129)}`,
    `${"a".repeat(256)}:1`,
  ])("%j is refused", (text) => {
    expect(parseImage(text)).toBeUndefined();
  });
});
