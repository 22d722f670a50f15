// Where a repository is and how one gets in: what restic is told of it, in words that all may see and in files that hold the secrets.
import type { ExecFile } from "../core/exec.ts";
import type { OneshotMount } from "../core/oneshot.ts";

/** How one side gets at the repository. Secrets are read when they are used. */
export interface Access {
  /** As restic writes it, without a password: `/srv/moot`, `sftp:user@host:/path`, `rest:https://host/path`. */
  readonly url: string;
  /** SFTP: the private key. */
  readonly key?: () => string;
  /** SFTP: public host keys, each `type base64`. */
  readonly hostKeys?: readonly string[];
  /** REST. */
  readonly login?: { readonly user: string; readonly password: () => string };
}

export interface Place {
  /** Options that go with every command. */
  readonly words: readonly string[];
  readonly files: readonly ExecFile[];
  readonly mounts: readonly OneshotMount[];
  readonly hasNetwork: boolean;
}

export interface PlaceOptions {
  readonly access: Access;
  /** The repository's own. */
  readonly password: string;
  /** Where the files stand, as restic sees it. */
  readonly folder: string;
  /** Whether restic runs where the folder of a repository has to be brought in first. */
  readonly isInContainer: boolean;
}

/** Where a repository that is a folder stands in the container. */
const REPOSITORY = "/moot/repository";
const PRIVATE = 0o600;
/** What ssh says, where restic runs as a process of moot's machine. */
export const SSH_LOG = "ssh.log";

export function isFolder(url: string): boolean {
  return url.startsWith("/");
}

export function placeOf({ access, password, folder, isInContainer }: PlaceOptions): Place {
  const file = (name: string): string => `${folder}/${name}`;
  const mounts = isFolder(access.url) && isInContainer ? [mountOf(access.url)] : [];
  const address = mounts.length > 0 ? REPOSITORY : withLogin(access);
  const secret = (name: string, content: string): ExecFile => ({
    path: file(name),
    content,
    mode: PRIVATE,
  });
  const words = [
    ...["--repository-file", file("repository")],
    ...["--password-file", file("password")],
  ];
  const files = [secret("repository", address), secret("password", password)];
  const hasNetwork = !isFolder(access.url);
  if (!access.url.startsWith("sftp:")) return { words, files, mounts, hasNetwork };
  // restic often ends before it has passed on what ssh says, so ssh says it elsewhere: in a container restic is the first process.
  const log = isInContainer ? "/proc/1/fd/2" : file(SSH_LOG);
  const known = (access.hostKeys ?? []).map((key) => `* ${key}\n`).join("");
  return {
    // restic reads the option as one field of CSV, and its value as a shell takes words apart.
    words: [...words, "-o", `"sftp.args=-F ""${file("ssh_config")}"" -E ""${log}"""`],
    files: [
      ...files,
      secret("key", `${(access.key?.() ?? "").trimEnd()}\n`),
      secret("known_hosts", known),
      secret("ssh_config", sshConfig(folder)),
    ],
    mounts,
    hasNetwork,
  };
}

function mountOf(source: string): OneshotMount {
  return { kind: "folder", source, target: REPOSITORY, isWritable: true };
}

function withLogin({ url, login }: Access): string {
  if (login === undefined) return url;
  const address = new URL(url.replace(/^rest:/, ""));
  address.username = encodeURIComponent(login.user);
  address.password = encodeURIComponent(login.password());
  return `rest:${address.href}`;
}

function sshConfig(folder: string): string {
  return `BatchMode yes
IdentityFile "${folder}/key"
IdentitiesOnly yes
StrictHostKeyChecking yes
UserKnownHostsFile "${folder}/known_hosts"
GlobalKnownHostsFile /dev/null
ConnectTimeout 20
ServerAliveInterval 15
ServerAliveCountMax 4
`;
}
