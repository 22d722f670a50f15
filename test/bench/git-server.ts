// A git server as a forge is one: git's own http-backend behind https, which counts how each repository is asked.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { execa } from "execa";
import { serve } from "../serve.ts";

/** How one repository was asked. */
export interface Asked {
  /** Conversations that were begun. */
  readonly begun: number;
  /** Listings of its refs, which is all that `git ls-remote` asks for. */
  readonly listed: number;
  /** Anything else, such as a fetch. */
  readonly other: number;
}

const NEVER: Asked = { begun: 0, listed: 0, other: 0 };

export interface GitServer extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** A folder with a git that trusts the server, to stand first in PATH; it hands everything on to the machine's own. */
  readonly bin: string;
  /** By repository, since the last time it was asked. */
  counts(): ReadonlyMap<string, Asked>;
}

/** Serves the bare repositories in `root`; `folder` keeps the certificate and the git that trusts it. */
export async function openGitServer(root: string, folder: string): Promise<GitServer> {
  const [key, cert] = await makeCertificate(folder);
  let counts = new Map<string, Asked>();
  const count = (request: IncomingMessage, body: Buffer): void => {
    const repository = request.url?.split("/")[1] ?? "";
    const so = counts.get(repository) ?? NEVER;
    const how = howAsked(request, body);
    counts.set(repository, { ...so, [how]: so[how] + 1 });
  };
  const answers: Answers = new Map();
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void buffer(request).then((body) => {
      count(request, body);
      return answer({ root, answers }, request, body, response);
    });
  });
  const served = await serve(server);
  return {
    url: served.url.replace(/^http:/, "https:"),
    bin: await makeTrustingGit(folder, cert),
    counts() {
      const since = counts;
      counts = new Map();
      return since;
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

function howAsked({ method, url = "" }: IncomingMessage, body: Buffer): keyof Asked {
  if (method === "GET" && url.endsWith("/info/refs?service=git-upload-pack")) return "begun";
  const isListing = method === "POST" && body.includes("command=ls-refs\n");
  return isListing ? "listed" : "other";
}

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** By what was asked. */
type Answers = Map<string, Promise<Answer>>;

/**
 * A forge has a machine of its own, and this one shares it with moot: what git's own program answered once is said again, as long as
 * the repositories stay as they are.
 */
async function answer(
  { root, answers }: { readonly root: string; readonly answers: Answers },
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const protocol = request.headers["git-protocol"]?.toString() ?? "";
  const asked = [request.method, request.url, protocol, body.toString("latin1")].join("\n");
  const said = answers.get(asked) ?? askGit(cgiOf(root, request, body), body);
  answers.set(asked, said);
  const { status, headers, body: content } = await said;
  response.writeHead(status, Object.fromEntries(headers)).end(content);
}

/** As a web server calls a CGI program (RFC 3875). */
async function askGit(env: NodeJS.ProcessEnv, input: Buffer): Promise<Answer> {
  const how = { env, extendEnv: false, input, stripFinalNewline: false } as const;
  const { stdout } = await execa("git", ["http-backend"], { ...how, encoding: "buffer" });
  const said = Buffer.from(stdout);
  const end = said.indexOf("\r\n\r\n");
  const headers = new Map(said.toString("latin1", 0, end).split("\r\n").map(nameAndValue));
  const status = Number.parseInt(headers.get("Status") ?? "200", 10);
  headers.delete("Status");
  return { status, headers, body: said.subarray(end + 4) };
}

function nameAndValue(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function cgiOf(
  root: string,
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: Buffer,
): NodeJS.ProcessEnv {
  const [path, query = ""] = url.split("?");
  return {
    PATH: process.env["PATH"],
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_PROTOCOL: headers["git-protocol"]?.toString() ?? "",
    REQUEST_METHOD: method,
    PATH_INFO: path,
    QUERY_STRING: query,
    CONTENT_TYPE: headers["content-type"] ?? "",
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
  };
}

/** Its own authority, good for two days. Resolves with the files of key and certificate. */
async function makeCertificate(folder: string): Promise<readonly [string, string]> {
  const files = [join(folder, "git-key.pem"), join(folder, "git-cert.pem")] as const;
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const whose = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const [key, cert] = files;
  await execa("openssl", ["req", ...kind, ...whose, "-days", "2", "-keyout", key, "-out", cert]);
  return files;
}

/** moot gives git no settings of the machine, so that a certificate of a test has no other way in. */
async function makeTrustingGit(folder: string, certificate: string): Promise<string> {
  const bin = join(folder, "bin");
  const program = join(bin, "git");
  const path = process.env["PATH"] ?? "";
  await mkdir(bin);
  await writeFile(program, `#!/bin/sh\nPATH=${path} GIT_SSL_CAINFO=${certificate} exec git "$@"\n`);
  await chmod(program, 0o755);
  return bin;
}
