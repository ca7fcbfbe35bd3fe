// A relay of the test's own: coturn, on the address of the test's media and nowhere else.
import { join } from "node:path";
import { Daemon } from "./daemon.mjs";
import { freePort, mediaAddress } from "./server.mjs";

const RELAYED = { from: 49_152, to: 49_407 };

export class Relay {
  #daemon = new Daemon("relay");

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

  async remove() {
    await this.#daemon.remove();
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
      userdb: join(this.#daemon.folder, "users"),
      pidfile: join(this.#daemon.folder, "pid"),
      "log-file": "stdout",
    };
    const switches = ["-n", "--no-cli", "--no-tls", "--no-dtls", "--use-auth-secret", "--allow-loopback-peers"];
    const named = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    await this.#daemon.start("turnserver", [...switches, ...named], { host: this.address, port: this.port });
  }
}
