// The figures of docs/PERFORMANCE.md: `make bench`.
//
// Everything on one machine over loopback, against a release build. Numbers of different machines do not compare.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
process.env.E2E_BIN ??= `${ROOT}target/release/confab`;
process.env.E2E_ADDRESS ??= "127.0.0.1";

const { openBrowser, openPerson, openVisitor } = await import("../lib/chromium.mjs");
const { CAST } = await import("../lib/fakes.mjs");
const { createMeeting, setUp } = await import("../lib/people.mjs");
const { inRoom, join, sees } = await import("../lib/room.mjs");
const { Server } = await import("../lib/server.mjs");

const ROUNDS = 5;
/** What a phone has on the edge of a village. */
const SLOW_LINE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };

const tell = (what, value) => console.log(`${what.padEnd(52)} ${value}`);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const server = await Server.start("meetings.capacity = 2000");
try {
  const link = await prepare();
  await readiness();
  await firstVisit(link);
  await slowFirstVisit(link);
  await firstFrame(link);
  await load(link);
} finally {
  await server.remove();
}

async function prepare() {
  const browser = await openBrowser();
  const owner = await openVisitor(browser);
  await setUp(owner, server);
  const link = await createMeeting(owner, server, { title: "Measured" });
  await browser.close();
  return link;
}

async function readiness() {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await server.stop();
    const begin = performance.now();
    await server.start();
    times.push(performance.now() - begin);
  }
  tell("start to first answer, median", `${median(times).toFixed(0)} ms`);
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  tell("resident memory, idle", `${(/VmRSS:\s+(\d+)/.exec(status)[1] / 1000).toFixed(0)} MB`);
}

/** What a guest downloads who opens the link for the first time: until the page can be used, and until inside. */
async function firstVisit(link) {
  const browser = await openBrowser();
  const guest = await openVisitor(browser);
  const session = await guest.context.newCDPSession(guest.page);
  const room = (await (await fetch(`${server.origin}/site.json`)).json()).parts.room;
  const urls = new Map();
  const octets = { door: 0, room: 0 };
  await session.send("Network.enable");
  session.on("Network.requestWillBeSent", ({ requestId, request }) => urls.set(requestId, request.url));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const isRoom = room.some((file) => urls.get(requestId)?.endsWith(`/${file}.wasm`));
    octets[isRoom ? "room" : "door"] += encodedDataLength;
  });
  await guest.goto(link);
  await guest.page.waitForLoadState("networkidle");
  tell("a guest's first visit, compressed, until “Join”", `${(octets.door / 1000).toFixed(0)} KB`);
  tell("… until inside the room", `${((octets.door + octets.room) / 1000).toFixed(0)} KB`);
  await browser.close();
}

/** How long that takes on a slow line. */
async function slowFirstVisit(link) {
  const times = { seen: [], usable: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const browser = await openBrowser();
    const guest = await openVisitor(browser);
    const session = await guest.context.newCDPSession(guest.page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", SLOW_LINE);
    const begin = performance.now();
    await guest.page.goto(link, { waitUntil: "commit" });
    await guest.page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    times.seen.push(performance.now() - begin);
    await guest.page.getByRole("button", { name: "Join", disabled: false }).waitFor();
    times.usable.push(performance.now() - begin);
    await browser.close();
  }
  tell("at 1.6 Mbit/s and 150 ms: first words, median", `${median(times.seen).toFixed(0)} ms`);
  tell("… until “Join” can be pressed, median", `${median(times.usable).toFixed(0)} ms`);
}

/** From opening a link that joins at once to another person's first picture, in a browser that was here before. */
async function firstFrame(link) {
  const ann = await openPerson(CAST.ann);
  const ben = await openPerson(CAST.ben);
  await join(ann, link);
  await join(ben, link);
  await sees(ben, CAST.ann.name, CAST.ann.colour);
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await ben.page.goto("about:blank");
    const begin = performance.now();
    await ben.page.goto(`${link}#app=1`, { waitUntil: "commit" });
    await ben.page.waitForFunction(
      (name) =>
        [...document.querySelectorAll("video")].some((video) => {
          let words = "";
          for (let around = video; around && !words; around = around.parentElement) words = around.textContent.trim();
          return words.includes(name) && video.videoWidth > 0 && video.currentTime > 0;
        }),
      CAST.ann.name,
      { polling: "raf" },
    );
    times.push(performance.now() - begin);
    await inRoom(ben);
  }
  tell("link to first remote frame, warm, median", `${median(times).toFixed(0)} ms`);
  await ann.leave();
  await ben.leave();
}

async function load(link) {
  const url = server.origin.replace("http:", "ws:");
  for (const scene of ["webinar", "meeting"]) {
    console.log(`\n${scene}:`);
    const where = ["--url", url, "--meeting", link, "--server-pid", String(server.pid)];
    const { status } = spawnSync(`${ROOT}target/release/load`, [scene, ...where], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
