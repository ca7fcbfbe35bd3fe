// How what somebody receives gets through, by the browser's own statistics.

const POLL = 250;
const FLOW_POLL = 100;
/** Of fifteen pictures a second, as many as make a picture that moves. */
const FLOWS = 10;
/** A quarter of a second counts as silent when more than this share of it was made up by the receiver. */
const MADE_UP = 0.9;

/**
 * Watches for some seconds what a person receives: of sound the share that the receiver had to make up (silence aside)
 * and the longest time of nothing else; of the picture the share of time that it stood still, its rate and height.
 */
export async function watch(visitor, seconds) {
  const first = await received(visitor);
  let last = first;
  let silent = 0;
  let longestSilence = 0;
  const heights = [];
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
    const now = await received(visitor);
    const samples = now.samples - last.samples;
    const dead = samples === 0 || now.concealed - last.concealed > samples * MADE_UP;
    silent = dead ? silent + (now.at - last.at) : 0;
    longestSilence = Math.max(longestSilence, silent);
    heights.push(now.height);
    last = now;
  }
  const time = (last.at - first.at) / 1000;
  const share = (part, whole) => (100 * part) / Math.max(whole, 1);
  return {
    concealed: share(last.concealed - first.concealed, last.samples - first.samples),
    longestSilence: longestSilence / 1000,
    frozen: share(last.frozen - first.frozen, time),
    freezes: last.freezes - first.freezes,
    rate: (last.pictures - first.pictures) / time,
    height: heights.sort((a, b) => a - b)[Math.floor(heights.length / 2)] ?? 0,
    kilobits: ((last.octets - first.octets) * 8) / 1000 / time,
  };
}

/**
 * Waits until the picture that a person receives is so tall, and flows: `FLOWS` of them within a second. Tells after how
 * many milliseconds that second began; `null` if it did not within `patience` milliseconds.
 */
export async function flowsAgain(visitor, lines, patience) {
  const first = await received(visitor);
  let second = [first];
  while (second[0].at - first.at < patience) {
    await new Promise((resolve) => setTimeout(resolve, FLOW_POLL));
    const now = await received(visitor);
    second = [...second.filter(({ height }) => height >= lines), now];
    while (second.length > 2 && now.at - second[1].at >= 1000) second.shift();
    const flowed = now.pictures - second[0].pictures;
    if (now.height >= lines && now.at - second[0].at >= 1000 && flowed >= FLOWS) return second[0].at - first.at;
  }
  return null;
}

/** The sums of all that was received so far, of the picture that moves. */
async function received(visitor) {
  return visitor.page.evaluate(readReceived);
}

/** Runs in the browser, with the connections that room.mjs notes. */
async function readReceived() {
  const sums = { at: performance.now(), samples: 0, concealed: 0, frozen: 0, freezes: 0, pictures: 0, octets: 0, height: 0 };
  for (const connection of globalThis.notedConnections ?? []) {
    if (connection.connectionState === "closed") continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      sums.octets += report.bytesReceived ?? 0;
      if (report.kind === "audio") {
        sums.samples += report.totalSamplesReceived ?? 0;
        sums.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
      } else {
        sums.frozen += report.totalFreezesDuration ?? 0;
        sums.freezes += report.freezeCount ?? 0;
        sums.pictures += report.framesDecoded ?? 0;
        sums.height = Math.max(sums.height, report.frameHeight ?? 0);
      }
    }
  }
  return sums;
}
