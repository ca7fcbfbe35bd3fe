// Programs that publish and watch by HTTP: GStreamer's webrtcbin, which knows nothing of us (gstreamer.py).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("gstreamer.py", import.meta.url));
/** Debian's own, which is the one that finds Debian's GStreamer. */
const PYTHON = "/usr/bin/python3";
const PATIENCE = 60_000;
/** How far a decoded colour may be from the one that was filmed, per channel, averaged. */
const COLOUR_TOLERANCE = 45;

export class Program {
  #process;
  #said = [];
  #complaints = "";

  constructor(what, address, token, ...more) {
    this.#process = spawn(PYTHON, [SCRIPT, what, address, token, ...more], { stdio: ["ignore", "pipe", "pipe"] });
    createInterface({ input: this.#process.stdout }).on("line", (line) => this.#said.push(JSON.parse(line)));
    this.#process.stderr.on("data", (bytes) => {
      this.#complaints += bytes;
    });
  }

  /** Shows a person's colour and plays their tone. */
  static publish(address, token, { colour, tone }) {
    return new Program("publish", address, token, colour.join(","), String(tone));
  }

  /** Watches with a pair of lines for each of these codecs. */
  static watch(address, token, codecs) {
    return new Program("watch", address, token, codecs.join(","));
  }

  /** Waits until it has said something of this kind. */
  async says(what, wanted) {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const found = this.#said.find(wanted);
      if (found) return found;
      if (Date.now() > deadline || this.#process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const last = this.#said.slice(-5).map((one) => JSON.stringify(one));
    assert.fail(`the program never said ${what}; at last: ${last.join(" ")} ${this.#complaints}`);
  }

  async isConnected() {
    await this.says("that it is connected", ({ state }) => state === "connected");
  }

  /** Waits until pictures of this colour come on an m-line. */
  async sees(line, colour) {
    const near = (one) => one.reduce((sum, value, at) => sum + Math.abs(value - colour[at]), 0) / 3 < COLOUR_TOLERANCE;
    await this.says(`${colour} on line ${line}`, (said) => said.line === line && said.colour && near(said.colour));
  }

  /** Waits until there is sound on an m-line. */
  async hears(line) {
    await this.says(`sound on line ${line}`, (said) => said.line === line && said.peak > 500);
  }

  /** Ends its stream in order; the status of the answer. */
  async end() {
    await this.#stop("SIGTERM");
    return this.#said.find(({ deleted }) => deleted)?.deleted;
  }

  /** Breaks off, as when the power goes. */
  async kill() {
    await this.#stop("SIGKILL");
  }

  async #stop(signal) {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    // Not "exit": what it said last may still be on its way then.
    const gone = once(this.#process, "close");
    this.#process.kill(signal);
    await gone;
  }
}
