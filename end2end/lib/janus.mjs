// Debian's Janus with its VideoRoom plugin, tuned as its authors advise for many connections, to compare with.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon } from "./daemon.mjs";
import { freePort } from "./server.mjs";

/** Where distributions put the plugins. */
function modules() {
  const libraries = ["/usr/lib", ...readdirSync("/usr/lib").map((name) => `/usr/lib/${name}`)];
  return libraries.map((folder) => join(folder, "janus")).find((folder) => existsSync(join(folder, "plugins")));
}

export class Janus {
  #daemon = new Daemon("janus");

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
    return this.#daemon.pid;
  }

  async remove() {
    await this.#daemon.remove();
  }

  async #start() {
    this.#configure();
    const options = ["--configs-folder", this.#daemon.folder, "--log-stdout", "--disable-colors"];
    await this.#daemon.start("janus", options, { host: "127.0.0.1", port: this.port });
  }

  /** One loop for all connections instead of a thread for each, no other plugin, no end of sessions that are silent. */
  #configure() {
    const { folder } = this.#daemon;
    const folders = { plugins: "libjanus_videoroom.so", transports: "libjanus_websockets.so" };
    for (const [kind, module] of Object.entries(folders)) {
      mkdirSync(join(folder, kind));
      symlinkSync(join(modules(), kind, module), join(folder, kind, module));
    }
    const files = {
      "janus.jcfg": `general: {
  plugins_folder = "${join(folder, "plugins")}"
  transports_folder = "${join(folder, "transports")}"
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
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  }
}
