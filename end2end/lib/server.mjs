// The real server, on a free port and a data folder of its own.
//
// `E2E_BIN` names another program than the development build.
import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROGRAM = process.env.E2E_BIN ?? join(ROOT, "target/debug/confab");
const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 60_000;
const POLL = 50;
/** Below those that systems give to whoever asks for any: nobody takes one before the server has it, or while it is down. */
const PORTS = { first: 20_000, last: 32_000 };
/** From one to the next: media takes a port for each worker, in a row. */
const STEP = 4;
const given = new Set();
const run = promisify(execFile);

/** Where media goes in tests: lines of confab.toml's section, `more` of them being how many workers there are. */
export function mediaHere(more = "workers = 1") {
  return `listen = "${mediaAddress()}"\n${more}`;
}

/** A server that can be stopped, killed and started again on the same port and data. */
export class Server {
  #process;
  #printed = "";
  /** What must have signed the server's certificate; nothing where it has none. */
  #authority;

  constructor(port, mediaPort, settings, media, tls) {
    this.folder = mkdtempSync(join(tmpdir(), "confab-e2e-"));
    this.origin = tls ? `https://${tls.address}:${port}` : `http://127.0.0.1:${port}`;
    this.mediaAddress = mediaAddress();
    this.mediaPort = mediaPort;
    this.#authority = tls && readFileSync(tls.certificate);
    this.config = join(this.folder, "confab.toml");
    const listen = `${tls?.address ?? "127.0.0.1"}:${port}`;
    const lines = [tls ? tlsLines(tls) : "", settings].join("\n");
    writeFileSync(this.config, configuration(this.folder, listen, mediaPort, lines, media));
  }

  /**
   * Starts a new server; `settings` are lines of confab.toml, `media` those that say where media goes. With `tls` (an
   * `address`, the files of its `certificate` and `key`, and the `redirectPort` of plain HTTP) it is reached from other
   * machines, by HTTPS only; with `blocks` none of its files grows beyond so many of 512 octets.
   */
  static async start(settings = "", media = mediaHere(), { tls, blocks } = {}) {
    const server = new Server(await freePort(), await freePort(), settings, media, tls);
    await server.start(blocks);
    return server;
  }

  /** Starts a new server on a disk on which no file can grow beyond so many blocks of 512 octets. */
  static async startOnFullDisk(blocks) {
    return Server.start("", mediaHere(), { blocks });
  }

  /** Starts it, or starts it again with the same data; `blocks` is what a disk that is full still gives each file. */
  async start(blocks) {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CONFAB_")));
    env.CONFAB_CONFIG = this.config;
    const [command, ...words] = blocks ? onFullDisk(blocks) : [PROGRAM];
    this.#process = spawn(command, [...words, "serve"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on("data", (bytes) => {
        this.#printed += bytes;
      });
    }
    await this.#until(() => this.#answers(), "did not answer");
  }

  /** Makes room on the full disk, under the process that runs. */
  async makeRoom() {
    await run("prlimit", ["--pid", String(this.pid), "--fsize=unlimited:"]);
  }

  /** Waits until a server that the disk halted has come back by itself. */
  async comesBack() {
    await this.#until(async () => (await this.#status("/healthz")) === 200, "did not come back by itself");
  }

  /** The one-time link of a new server. */
  async setupLink() {
    const pattern = /\/setup\?token=[\w-]+/;
    await this.#until(() => pattern.test(this.#printed), "printed no setup link");
    return this.origin + pattern.exec(this.#printed)[0];
  }

  /** As when the power goes. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Stops as an administrator does, and tells the exit code. */
  async stop() {
    return this.#end("SIGTERM");
  }

  /** Stops for good; the data goes too. */
  async remove() {
    await this.#end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  get pid() {
    return this.#process.pid;
  }

  async #end(signal) {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT);
      await gone;
      clearTimeout(late);
    }
    return child.exitCode;
  }

  async #answers() {
    const status = await this.#status("/");
    return status !== null && status < 500;
  }

  /** The status of its answer to a question for this path; null where nobody answers. */
  #status(path) {
    const { get } = this.#authority ? https : http;
    return new Promise((resolve) => {
      const asked = get(this.origin + path, { agent: false, ca: this.#authority }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on("error", () => resolve(null));
    });
  }

  async #until(done, complaint) {
    const deadline = Date.now() + START_TIMEOUT;
    while (!(await done())) {
      if (this.#process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server ${complaint}; it said:\n${this.#printed}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }
}

/**
 * The program's words in a shell that lets no file grow further. One that reaches the limit answers like a disk that is
 * full, once the signal for it is ignored; `exec`, so that the process is the program's own. The limit is one that can be
 * lifted again.
 */
function onFullDisk(blocks) {
  return ["sh", "-c", `trap '' XFSZ; ulimit -S -f ${blocks}; exec "$0" "$@"`, PROGRAM];
}

/** Where media goes: not loopback, which Firefox refuses. */
export function mediaAddress() {
  const outward = Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === "IPv4" && !internal);
  return process.env.E2E_ADDRESS ?? outward?.address ?? "127.0.0.1";
}

function tlsLines({ address, certificate, key, redirectPort }) {
  return `tls.certificate = "${certificate}"
tls.key = "${key}"
tls.redirect_from = "${address}:${redirectPort}"`;
}

function configuration(folder, listen, mediaPort, settings, media) {
  return `listen = "${listen}"
data_dir = "${join(folder, "data")}"
site_dir = "${join(ROOT, "target/site")}"
${settings}

[media]
${media}
first_port = ${mediaPort}
`;
}

/** A port that is free for TCP and UDP at every address. None is told twice, nor one of the next few. */
export async function freePort() {
  for (;;) {
    const port = PORTS.first + STEP * Math.floor((Math.random() * (PORTS.last - PORTS.first)) / STEP);
    if (given.has(port)) continue;
    given.add(port);
    const probes = [createServer().listen(port), createSocket("udp4").bind(port)];
    const free = await Promise.all(probes.map(isThere));
    if (free.every(Boolean)) return port;
  }
}

/** Whether a probe got its port, which it gives back. */
async function isThere(probe) {
  const got = await once(probe, "listening").then(
    () => true,
    () => false,
  );
  if (got) {
    const gone = once(probe, "close");
    probe.close();
    await gone;
  }
  return got;
}
