// What happens in a meeting, seen and heard from inside one browser: works with people of chromium.mjs and firefox.mjs.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ARTIFACTS = fileURLToPath(new URL("../artifacts/", import.meta.url));
/** Enough for media to connect at the second attempt, on a machine that has more to do. */
const PATIENCE = 60_000;
const POLL = 200;
/** How far a decoded colour may be from the one that was filmed, per channel, averaged. */
const COLOUR_TOLERANCE = 45;
/** How loud a person's tone must be in what the others hear, in dB below full scale. */
const AUDIBLE = -70;

/** Comes in through the page before the meeting. */
export async function join(visitor, link, { name, password } = {}) {
  await arrive(visitor, link, { name, password });
  await inRoom(visitor);
}

/** Asks to come in, without waiting for the answer. */
export async function arrive(visitor, link, { name = visitor.person?.name, password } = {}) {
  await visitor.whenever(noteConnections);
  await visitor.whenever(colours);
  await visitor.goto(link);
  await visitor.fill("Your name", name);
  if (password) await visitor.fill("Meeting password", password);
  await visitor.press("Join");
}

/** Waits until the controls of the room are there. */
export async function inRoom(visitor) {
  await eventually(visitor, "is in the room", isInRoom);
}

/** Waits until this person sees that one's picture in the right colour. */
export async function sees(visitor, label, colour) {
  await eventually(visitor, `sees ${label}`, () => look(visitor, label, colour));
}

/** Waits until no moving picture belongs to this label any more. */
export async function seesNoMore(visitor, label) {
  await eventually(visitor, `does not see ${label}`, async () => {
    const found = await visitor.page.evaluate(pictures);
    return !found.some(({ words, width }) => width > 0 && words.includes(label));
  });
}

async function look(visitor, label, colour) {
  const found = await visitor.page.evaluate(pictures);
  const own = found.filter(({ words }) => words.includes(label));
  return own.some((picture) => distance(picture.colour, colour) < COLOUR_TOLERANCE) || found;
}

/** The tiles of the present page: whose each is, where it lies, what it shows and how many pictures it has shown. */
export async function tiles(visitor) {
  return visitor.page.evaluate(readTiles);
}

/** Waits until sound arrives and the person's tone is in it. */
export async function hears(visitor, person) {
  await eventually(visitor, `hears ${person.name}`, async () => {
    const loudness = await visitor.page.evaluate(listenFor, person.tone);
    return loudness > AUDIBLE || `${person.tone} Hz at ${loudness} dB`;
  });
}

/** Waits until each of these people sees and hears all others. */
export async function meet(people) {
  for (const one of people) {
    for (const { person } of people.filter((other) => other !== one)) {
      await sees(one, person.name, person.colour);
      await hears(one, person);
    }
  }
}

/** The energy of all received sound so far, by getStats. */
export async function heardEnergy(visitor) {
  return visitor.page.evaluate(receivedEnergy);
}

/** Waits until no sound arrives any more. */
export async function hearsNothing(visitor) {
  let before = Number.NaN;
  await eventually(visitor, "hears nothing", async () => {
    const now = await heardEnergy(visitor);
    const gain = now - before;
    before = now;
    return gain < 1e-6 || gain;
  });
}

/** Sends a message to everyone; the chat is open. */
export async function write(visitor, text) {
  await visitor.fill("Message to everyone", text);
  await visitor.press("Send");
}

/** Waits until the page reads so, `patience` milliseconds at most. */
export async function reads(visitor, text, patience) {
  const isRead = () => visitor.page.evaluate((wanted) => document.body.innerText.includes(wanted), text);
  await eventually(visitor, `reads “${text}”`, isRead, patience);
}

/** Waits until the page does not read so any more. */
export async function readsNoMore(visitor, text) {
  await eventually(visitor, `reads “${text}” no more`, () =>
    visitor.page.evaluate((unwanted) => !document.body.innerText.includes(unwanted), text),
  );
}

/** Waits until `done` is true; anything else that it returns is told when it never was. */
export async function eventually(visitor, what, done, patience = PATIENCE) {
  const deadline = Date.now() + patience;
  let last;
  for (;;) {
    last = await done(visitor).catch((error) => error.message);
    if (last === true) return;
    if (Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  const who = visitor.person?.name ?? "the visitor";
  await visitor.picture(`${ARTIFACTS}failed-${who}.png`).catch(() => {});
  assert.fail(`${who} never: ${what}; at last: ${JSON.stringify(last)}`);
}

async function isInRoom({ page }) {
  return page.evaluate(() => document.querySelector('[aria-label="Controls"]') !== null);
}

function distance(one, other) {
  return one.reduce((sum, value, channel) => sum + Math.abs(value - other[channel]), 0) / one.length;
}

// The functions below run in the browser.

/** Keeps every peer connection of the page where the tests find it. */
function noteConnections() {
  const Original = globalThis.RTCPeerConnection;
  globalThis.notedConnections = [];
  globalThis.RTCPeerConnection = class extends Original {
    constructor(...settings) {
      super(...settings);
      globalThis.notedConnections.push(this);
    }
  };
}

/** Every video that plays: the words beside it, and the mean colour of its middle. */
function pictures() {
  return [...document.querySelectorAll("video")].map((video) => {
    let words = "";
    for (let around = video; around && !words; around = around.parentElement) words = around.textContent.trim();
    const { videoWidth: width, videoHeight: height } = video;
    return { words: words.slice(0, 200), width, height, colour: globalThis.colourOf(video) };
  });
}

/** Every tile, as `tiles` tells it. */
function readTiles() {
  return [...document.querySelectorAll(".tile")].map((tile) => {
    const { x, y, width, height } = tile.getBoundingClientRect();
    const video = tile.querySelector("video");
    return {
      name: tile.getAttribute("aria-label"),
      legend: tile.querySelector(".tile-name").checkVisibility({ opacityProperty: true }),
      // One's own screen has no picture: it would show itself.
      pictures: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
      colour: video && globalThis.colourOf(video),
      inside: x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight,
      x, y, width, height,
    };
  });
}

/** Gives the page `colourOf`: the mean colour of the middle of a video's picture. */
function colours() {
  globalThis.colourOf = (video) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
    const paint = canvas.getContext("2d");
    const [width, height] = [video.videoWidth, video.videoHeight];
    if (width > 0) paint.drawImage(video, width / 4, height / 4, width / 2, height / 2, 0, 0, 16, 16);
    const { data } = paint.getImageData(0, 0, 16, 16);
    return [0, 1, 2].map((channel) => {
      let sum = 0;
      for (let at = channel; at < data.length; at += 4) sum += data[at];
      return Math.round(sum / (data.length / 4));
    });
  };
}

/** The level of one frequency in all received sound, in dB, at its loudest since the first question. */
async function listenFor(frequency) {
  globalThis.ears ??= { audio: new AudioContext(), heard: new Map(), tracks: new Map() };
  const { audio, heard, tracks } = globalThis.ears;
  // Not awaited: without a loudspeaker Firefox never says that it resumed.
  audio.resume();
  for (const connection of globalThis.notedConnections ?? []) {
    for (const { track } of connection.getReceivers()) {
      if (track.kind !== "audio" || tracks.has(track)) continue;
      const analyser = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 });
      audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      tracks.set(track, analyser);
    }
  }
  for (const analyser of tracks.values()) {
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    const bin = Math.round((frequency * analyser.fftSize) / audio.sampleRate);
    const level = Math.max(...levels.slice(bin - 1, bin + 2));
    heard.set(frequency, Math.max(heard.get(frequency) ?? -999, level));
  }
  return heard.get(frequency) ?? -999;
}

async function receivedEnergy() {
  let energy = 0;
  for (const connection of globalThis.notedConnections ?? []) {
    if (connection.connectionState === "closed") continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "inbound-rtp" && report.kind === "audio") energy += report.totalAudioEnergy ?? 0;
    }
  }
  return energy;
}
