// Debian's Janus with its VideoRoom plugin, tuned as its authors advise for many connections, to compare with.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./server.mjs";

const START_TIMEOUT = 15_000;
const POLL = 50;

/** Where distributions put the plugins. */
function modules() {
  const libraries = ["/usr/lib", ...readdirSync("/usr/lib").map((name) => `/usr/lib/${name}`)];
  return libraries.map((folder) => join(folder, "janus")).find((folder) => existsSync(join(folder, "plugins")));
}

export class Janus {
  #process;
  #folder = mkdtempSync(join(tmpdir(), "confab-janus-"));
  #said = "";

  /** Whether there is one on this machine. */
  static isInstalled() {
    return spawnSync("janus", ["--help"]).error === undefined && modules() !== undefined;
  }

  static async start() {
    const janus = new Janus();
    janus.port = await freePort();
    await janus.#start();
    return janus;
  }

  /** Its WebSocket API. */
  get url() {
    return `ws://127.0.0.1:${this.port}`;
  }

  get pid() {
    return this.#process.pid;
  }

  async remove() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start() {
    this.#configure();
    const settings = ["--configs-folder", this.#folder, "--log-stdout", "--disable-colors"];
    this.#process = spawn("janus", settings, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process.on("error", (error) => {
      this.#said += error.message;
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on("data", (bytes) => {
        this.#said = (this.#said + bytes).slice(-20_000);
      });
    }
    const deadline = Date.now() + START_TIMEOUT;
    while (!(await answers(this.port))) {
      if (this.#process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`Janus did not answer; it said:\n${this.#said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  /** One loop for all connections instead of a thread for each, no other plugin, no end of sessions that are silent. */
  #configure() {
    const folders = { plugins: "libjanus_videoroom.so", transports: "libjanus_websockets.so" };
    for (const [kind, module] of Object.entries(folders)) {
      mkdirSync(join(this.#folder, kind));
      symlinkSync(join(modules(), kind, module), join(this.#folder, kind, module));
    }
    const files = {
      "janus.jcfg": `general: {
  plugins_folder = "${join(this.#folder, "plugins")}"
  transports_folder = "${join(this.#folder, "transports")}"
  debug_level = 2
  session_timeout = 0
  event_loops = 1
}
media: { }
nat: { }
events: { broadcast = false }
`,
      "janus.plugin.videoroom.jcfg": "general: { }\n",
      "janus.transport.websockets.jcfg": `general: {
  json = "compact"
  ws = true
  ws_ip = "127.0.0.1"
  ws_port = ${this.port}
}
`,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.#folder, name), text);
  }
}

async function answers(port) {
  const socket = connect({ host: "127.0.0.1", port });
  const open = await Promise.race([once(socket, "connect").then(() => true), once(socket, "error").then(() => false)]).catch(
    () => false,
  );
  socket.destroy();
  return open;
}
