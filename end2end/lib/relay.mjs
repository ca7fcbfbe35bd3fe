// A relay of the test's own: coturn, on the address of the test's media and nowhere else.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, mediaAddress } from "./server.mjs";

const START_TIMEOUT = 10_000;
const POLL = 50;
const RELAYED = { from: 49_152, to: 49_407 };

export class Relay {
  #process;
  #folder = mkdtempSync(join(tmpdir(), "confab-relay-"));
  #said = "";

  constructor(port) {
    this.address = mediaAddress();
    this.port = port;
    this.secret = "only for this test";
  }

  static async start() {
    const relay = new Relay(await freePort());
    await relay.#start();
    return relay;
  }

  /** The lines of confab.toml that lead to it, by UDP and by TCP. */
  get settings() {
    const url = (transport) => `"turn:${this.address}:${this.port}?transport=${transport}"`;
    return `turn.urls = [${url("udp")}, ${url("tcp")}]\nturn.secret = "${this.secret}"`;
  }

  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start() {
    const settings = {
      "listening-ip": this.address,
      "listening-port": this.port,
      "relay-ip": this.address,
      "min-port": RELAYED.from,
      "max-port": RELAYED.to,
      "static-auth-secret": this.secret,
      realm: "confab.test",
      userdb: join(this.#folder, "users"),
      pidfile: join(this.#folder, "pid"),
      "log-file": "stdout",
    };
    const switches = ["-n", "--no-cli", "--no-tls", "--no-dtls", "--use-auth-secret", "--allow-loopback-peers"];
    const named = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    this.#process = spawn("turnserver", [...switches, ...named], { stdio: ["ignore", "pipe", "pipe"] });
    this.#process.on("error", (error) => {
      this.#said += error.message;
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on("data", (bytes) => {
        this.#said += bytes;
      });
    }
    const deadline = Date.now() + START_TIMEOUT;
    while (!(await answers(this.address, this.port))) {
      if (this.#process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the relay did not answer; it said:\n${this.#said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }
}

async function answers(host, port) {
  const socket = connect({ host, port });
  const open = await Promise.race([once(socket, "connect").then(() => true), once(socket, "error").then(() => false)]).catch(() => false);
  socket.destroy();
  return open;
}
