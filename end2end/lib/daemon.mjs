// A program that tests talk to over TCP, with a folder of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_TIMEOUT = 60_000;
const POLL = 50;
/** How much of what it says last is told when it does not answer. */
const MOST_SAID = 20_000;

export class Daemon {
  #process;
  #said = "";

  constructor(name) {
    this.folder = mkdtempSync(join(tmpdir(), `confab-${name}-`));
  }

  get pid() {
    return this.#process.pid;
  }

  /** Starts the program and waits until it answers at `host` and `port`. */
  async start(program, options, { host, port }) {
    this.#process = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process.on("error", (error) => {
      this.#said += error.message;
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on("data", (bytes) => {
        this.#said = (this.#said + bytes).slice(-MOST_SAID);
      });
    }
    const deadline = Date.now() + START_TIMEOUT;
    while (!(await answers(host, port))) {
      if (this.#process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${program} did not answer; it said:\n${this.#said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  /** Stops for good; the folder goes too. */
  async remove() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function answers(host, port) {
  const socket = connect({ host, port });
  const open = await Promise.race([once(socket, "connect").then(() => true), once(socket, "error").then(() => false)]).catch(
    () => false,
  );
  socket.destroy();
  return open;
}
