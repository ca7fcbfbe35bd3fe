// Many people of one meeting without a browser each: end2end/load speaks the protocol, and what they film can be watched.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = process.env.E2E_LOAD ?? fileURLToPath(new URL("../../target/debug/load", import.meta.url));
const JOIN_TIMEOUT = 120_000;
const [WIDTH, HEIGHT, PICTURES] = [320, 180, 12];

const NAMES = [
  "Amara Diallo", "Bao Nguyen", "Chiara Conti", "Dmitri Volkov", "Elif Yilmaz", "Farid Haddad", "Greta Lindqvist",
  "Hana Sato", "Ibrahim Sesay", "Jonas Weber", "Kofi Mensah", "Leila Rahimi", "Mei Tanaka", "Noor Jansen",
  "Olu Adeyemi", "Priya Nair", "Quinn O'Brien", "Rosa Jiménez", "Sven Dahl", "Tomás Rivera", "Uma Shah",
  "Viktor Horák", "Wanjiru Kamau", "Xenia Papadaki",
];
const LEVELS = [45, 130, 215];
/** The corners and middles of the colour cube, without the one that looks like Ann's picture. */
const COLOURS = LEVELS.flatMap((b) => LEVELS.flatMap((g) => LEVELS.map((r) => [r, g, b]))).filter(
  ([r, g, b]) => r < 200 || g > 100 || b > 100,
);

/** People with colours of their own. */
export const CROWD = NAMES.map((name, n) => ({ name, colour: COLOURS[n] }));

/** As many as fill a page beside whoever looks: twice of each colour. */
export const LARGE_CROWD = [...CROWD, ...CROWD.map(({ name, colour }) => ({ name: `${name} II`, colour }))];

/** Some of them in a meeting; `leave()` takes them out again. */
export class Crowd {
  #process;
  #folder;

  /** Brings `people` in, filmed by `visitor`'s browser, and waits until all of them are there. */
  static async join(visitor, server, link, people) {
    const crowd = new Crowd();
    crowd.#folder = mkdtempSync(join(tmpdir(), "confab-crowd-"));
    for (const { name, colour } of people) {
      const pictures = await visitor.page.evaluate(film, { colour, width: WIDTH, height: HEIGHT, count: PICTURES });
      writeFileSync(join(crowd.#folder, `${name}.ivf`), ivf(pictures.map((text) => Buffer.from(text, "base64"))));
    }
    const { pathname } = new URL(link);
    const to = ["--url", server.origin.replace("http", "ws"), "--meeting", pathname, "--bind", server.mediaAddress];
    crowd.#process = spawn(PROGRAM, ["crowd", ...to, "--films", crowd.#folder], { stdio: ["pipe", "pipe", "pipe"] });
    await crowd.#there();
    return crowd;
  }

  async leave() {
    const gone = once(this.#process, "exit");
    this.#process.stdin.end();
    const late = setTimeout(() => this.#process.kill("SIGKILL"), JOIN_TIMEOUT);
    if (this.#process.exitCode === null && this.#process.signalCode === null) await gone;
    clearTimeout(late);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Resolves when all have come in, fails when the program ends before. */
  #there() {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      let printed = "";
      const fail = () => reject(new Error(`the crowd did not come in; it said:\n${printed}`));
      const late = setTimeout(fail, JOIN_TIMEOUT);
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (bytes) => {
          printed += bytes;
          if (!printed.includes("are there")) return;
          clearTimeout(late);
          resolve();
        });
      }
      child.on("error", fail);
      child.on("exit", fail);
    });
  }
}

function ivf(pictures) {
  const header = Buffer.alloc(32);
  header.write("DKIF", 0);
  header.writeUInt16LE(32, 6);
  header.write("VP80", 8);
  header.writeUInt16LE(WIDTH, 12);
  header.writeUInt16LE(HEIGHT, 14);
  header.writeUInt32LE(25, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(pictures.length, 24);
  const framed = pictures.map((picture, n) => {
    const before = Buffer.alloc(12);
    before.writeUInt32LE(picture.length, 0);
    before.writeUInt32LE(n, 4);
    return Buffer.concat([before, picture]);
  });
  return Buffer.concat([header, ...framed]);
}

/** For the page: pictures of a plain colour in which a mark wanders, each a keyframe of VP8. Runs in the browser. */
async function film({ colour, width, height, count }) {
  const pictures = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      pictures.push(btoa(String.fromCharCode(...bytes)));
    },
    error: (error) => console.error(error),
  });
  encoder.configure({ codec: "vp8", width, height, framerate: 25, bitrate: 400_000 });
  const canvas = new OffscreenCanvas(width, height);
  const paint = canvas.getContext("2d");
  for (let n = 0; n < count; n += 1) {
    paint.fillStyle = `rgb(${colour.join(" ")})`;
    paint.fillRect(0, 0, width, height);
    paint.fillStyle = "rgb(90 90 90)";
    paint.fillRect((n * width) / count, height - 12, 12, 8);
    const frame = new VideoFrame(canvas, { timestamp: n * 40_000 });
    encoder.encode(frame, { keyFrame: true });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return pictures;
}
