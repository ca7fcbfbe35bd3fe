// What the fake cameras and microphones of the tests show and play.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SECOND = 15;
const SAMPLE_RATE = 48_000;

/** People who differ in what they look and sound like; colours are far apart after any compression. */
export const CAST = {
  ann: { name: "Ann Archer", colour: [200, 30, 30], tone: 330 },
  ben: { name: "Ben Baker", colour: [30, 160, 40], tone: 520 },
  cleo: { name: "Cleo Carter", colour: [40, 60, 200], tone: 770 },
  dan: { name: "Dan Dyer", colour: [210, 190, 30], tone: 1040 },
};

/** The colour of a shared screen: nobody's camera. */
export const SCREEN_COLOUR = [200, 40, 190];

/** A shared screen that plays something: nobody's voice. */
export const SCREEN = { name: "what the screen plays", colour: SCREEN_COLOUR, tone: 1310 };

/**
 * Writes a person's camera picture and microphone sound into a folder of its own; `remove()` deletes it. In front of a
 * `lively` person's camera so much moves that encoders send all that they may.
 */
export function fakeDevices(person) {
  const folder = mkdtempSync(join(tmpdir(), "confab-fakes-"));
  const video = join(folder, "camera.y4m");
  const audio = join(folder, "microphone.wav");
  writeFileSync(video, camera(person.colour, person.lively ? foliage : wanderingBar));
  writeFileSync(audio, microphone(person.tone));
  return { video, audio, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** One second of a colour on which `paint` draws something that moves, so that encoders have something to send. */
function camera(colour, paint) {
  const [y, cb, cr] = toYuv(colour);
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n`)];
  const chroma = (WIDTH * HEIGHT) / 4;
  for (let frame = 0; frame < FRAMES_PER_SECOND; frame += 1) {
    const luma = Buffer.alloc(WIDTH * HEIGHT, y);
    paint(luma, y, frame);
    parts.push(Buffer.from("FRAME\n"), luma, Buffer.alloc(chroma, cb), Buffer.alloc(chroma, cr));
  }
  return Buffer.concat(parts);
}

/** A darker bar that wanders. */
function wanderingBar(luma, y, frame) {
  const left = Math.floor((frame * (WIDTH - 16)) / FRAMES_PER_SECOND);
  for (let row = HEIGHT - 24; row < HEIGHT - 8; row += 1) {
    luma.fill(Math.max(16, y - 40), row * WIDTH + left, row * WIDTH + left + 16);
  }
}

/** Small patches, lighter and darker, each of which changes by itself. */
function foliage(luma, y, frame) {
  const patch = 16;
  for (let row = 0; row < HEIGHT; row += 1) {
    for (let column = 0; column < WIDTH; column += patch) {
      const where = Math.imul(Math.floor(row / patch) * 997 + column, 2_654_435_761) >>> 8;
      const phase = (2 * Math.PI * (where + frame * (1 + (where % 3)))) / FRAMES_PER_SECOND;
      const light = Math.round(y + 24 * Math.sin(phase));
      luma.fill(Math.max(16, Math.min(235, light)), row * WIDTH + column, row * WIDTH + column + patch);
    }
  }
}

/** Two seconds of a tone that comes and goes like speech: a steady one is filtered out as noise. */
function microphone(tone) {
  const samples = SAMPLE_RATE * 2;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(SAMPLE_RATE, 24);
  wav.writeUInt32LE(SAMPLE_RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n += 1) {
    const time = n / SAMPLE_RATE;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.5 * time));
    const voice = Math.sin(2 * Math.PI * tone * time) + 0.5 * Math.sin(4 * Math.PI * tone * time);
    wav.writeInt16LE(Math.round(12_000 * syllable * voice), 44 + n * 2);
  }
  return wav;
}

/** Full-range BT.601, which is what `C420jpeg` means. */
function toYuv([r, g, b]) {
  const clamp = (value) => Math.max(0, Math.min(255, Math.round(value)));
  return [
    clamp(0.299 * r + 0.587 * g + 0.114 * b),
    clamp(128 - 0.1687 * r - 0.3313 * g + 0.5 * b),
    clamp(128 + 0.5 * r - 0.4187 * g - 0.0813 * b),
  ];
}

/** For the page: replaces the screen chooser by a plain picture. Runs in the browser, after `paintings`. */
export function fakeScreen(colour) {
  navigator.mediaDevices.getDisplayMedia = async () => globalThis.paint(colour, 1280, 720);
}

/**
 * For the page: the same for somebody who also shares what is played, a tone that comes and goes. Runs in the browser, after
 * `paintings`.
 */
export function fakeScreenWithSound({ colour, tone }) {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const stream = globalThis.paint(colour, 1280, 720);
    const audio = new AudioContext();
    const out = audio.createMediaStreamDestination();
    const sound = new OscillatorNode(audio, { frequency: tone });
    const volume = new GainNode(audio, { gain: 0.25 });
    const swell = new OscillatorNode(audio, { frequency: 2.5 });
    const depth = new GainNode(audio, { gain: 0.25 });
    sound.connect(volume).connect(out);
    swell.connect(depth).connect(volume.gain);
    for (const oscillator of [sound, swell]) oscillator.start();
    // Not awaited: where there is no loudspeaker it may never be said.
    audio.resume();
    stream.addTrack(out.stream.getAudioTracks()[0]);
    return stream;
  };
}

/** For the page: replaces the camera by a plain picture; the microphone stays. Runs in the browser, after `paintings`. */
export function fakeCamera(colour) {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async ({ audio = false, video = false } = {}) => {
    const stream = audio ? await real({ audio }) : new MediaStream();
    if (video) for (const track of globalThis.paint(colour, 640, 360).getTracks()) stream.addTrack(track);
    return stream;
  };
}

/**
 * For the page: replaces the camera by 720 lines in which everything moves, so that each bit that may be sent is; the
 * microphone stays. Runs in the browser.
 */
export function busyCamera() {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const paint = canvas.getContext("2d");
  // One picture of noise, shown from another corner each time.
  const noise = new OffscreenCanvas(1600, 900);
  const grain = noise.getContext("2d");
  for (let dot = 0; dot < 20_000; dot += 1) {
    grain.fillStyle = `hsl(${Math.random() * 360} 60% ${20 + Math.random() * 60}%)`;
    grain.fillRect(Math.random() * 1600, Math.random() * 900, 24, 24);
  }
  let tick = 0;
  const draw = () => {
    tick += 1;
    paint.drawImage(noise, -((tick * 37) % 320), -((tick * 23) % 180));
  };
  draw();
  setInterval(draw, 66);
  navigator.mediaDevices.getUserMedia = async ({ audio = false, video = false } = {}) => {
    const stream = audio ? await real({ audio }) : new MediaStream();
    if (video) for (const track of canvas.captureStream(15).getTracks()) stream.addTrack(track);
    return stream;
  };
}

/**
 * For the page: devices that give trouble. `refusedDevices` are the exceptions by which audio and video are refused,
 * `pullOut(kind)` ends what is open, as pulling the plug does. Runs in the browser.
 */
export function troublesomeDevices(refused) {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const open = [];
  globalThis.refusedDevices = refused;
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    for (const kind of ["audio", "video"]) {
      const name = constraints[kind] && globalThis.refusedDevices[kind];
      if (name) throw new DOMException("refused by the test", name);
    }
    const stream = await real(constraints);
    open.push(...stream.getTracks());
    return stream;
  };
  globalThis.pullOut = (kind) => {
    for (const track of open.filter((one) => one.kind === kind && one.readyState === "live")) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  };
}

/** For the page: tracks of the kind in `mutedKind` are muted, as by a key on the device. Runs in the browser. */
export function muffledDevices() {
  Object.defineProperty(MediaStreamTrack.prototype, "muted", {
    get() {
      return this.kind === globalThis.mutedKind;
    },
  });
}

/** For the page: gives it `paint`, a stream of one colour in which a small mark wanders. Runs in the browser. */
export function paintings() {
  globalThis.paint = (colour, width, height) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    let tick = 0;
    const draw = () => {
      context.fillStyle = `rgb(${colour.join(" ")})`;
      context.fillRect(0, 0, width, height);
      context.fillStyle = "rgb(90 90 90)";
      context.fillRect((tick++ * 16) % width, height - 32, 16, 16);
    };
    draw();
    setInterval(draw, 66);
    return canvas.captureStream(15);
  };
}
