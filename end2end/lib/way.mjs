// A way between one browser and the server that can be bad, and that can be cut and begun anew, with other sockets and so
// from other addresses, as when somebody walks out of the reach of a Wi-Fi.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Lane } from "./lane.mjs";

export class Way {
  #open = true;
  #connections = new Set();
  /** The server's side of each media address of the browser. */
  #ways = new Map();
  /** What media passes from the server to the browser, and back. */
  down = new Lane(1);
  up = new Lane(2);

  /** Opens a way to `server`; `origin` is where the browser finds it. */
  static async open(server) {
    const way = new Way();
    way.server = server;
    way.web = createServer((near) => way.#carry(near)).listen(0, "127.0.0.1");
    await once(way.web, "listening");
    way.origin = `http://127.0.0.1:${way.web.address().port}`;
    way.media = createSocket("udp4").bind(0, server.mediaAddress);
    await once(way.media, "listening");
    way.media.on("message", (bytes, from) => way.#forward(bytes, from));
    return way;
  }

  /** Makes a page send its media this way, and by UDP only. */
  async guide(visitor) {
    await visitor.whenever(sendMediaTo, { address: this.server.mediaAddress, port: this.media.address().port });
  }

  /** Nothing gets through any more, and what stood is gone. */
  cut() {
    this.#open = false;
    for (const lane of [this.down, this.up]) lane.clear();
    for (const connection of this.#connections) connection.destroy();
    for (const way of this.#ways.values()) way.close();
    this.#ways.clear();
  }

  /** There is a way again, another one. */
  mend() {
    this.#open = true;
  }

  close() {
    this.cut();
    this.web.close();
    this.media.close();
  }

  #carry(near) {
    if (!this.#open) return near.destroy();
    const far = connect(new URL(this.server.origin).port, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#connections.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#connections.delete(one);
        other.destroy();
      });
    }
  }

  #forward(bytes, { address, port }) {
    if (!this.#open) return;
    const from = `${address}:${port}`;
    let way = this.#ways.get(from);
    if (!way) {
      way = createSocket("udp4");
      way.on("message", (answer) => this.down.pass(answer.length, () => this.media.send(answer, port, address)));
      this.#ways.set(from, way);
    }
    this.up.pass(bytes.length, () => way.send(bytes, this.server.mediaPort, this.server.mediaAddress));
  }
}

/** For the page: the server's candidates lead to another address. Runs in the browser. */
function sendMediaTo({ address, port }) {
  const { setRemoteDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.setRemoteDescription = function set({ type, sdp }) {
    const led = sdp
      .replaceAll(/(a=candidate:\S+ \d+ udp \d+) \S+ \d+/gi, `$1 ${address} ${port}`)
      .replaceAll(/a=candidate:\S+ \d+ tcp .*\r\n/gi, "");
    return setRemoteDescription.call(this, { type, sdp: led });
  };
}
