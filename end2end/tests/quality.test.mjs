// How sharp one's picture is sent: low unless it is asked for, in force at once, and worth it in bits.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openVisitor } from "../lib/chromium.mjs";
import { busyCamera } from "../lib/fakes.mjs";
import { photograph } from "../lib/gallery.mjs";
import { createMeeting, setUp } from "../lib/people.mjs";
import { eventually, join } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";
import { growth, linesSent, reports } from "../lib/stats.mjs";

/** Time over which bits are counted, in milliseconds. */
const SPAN = 3_000;
/** What it takes on a busy machine until the estimate of the line allows all that the quality does, in milliseconds. */
const RISE = 120_000;
/** Bits per second of all layers together, at most. */
const MOST = { low: 520_000, medium: 1_650_000, high: 2_350_000 };

let browser;
let server;
let link;
const people = [];

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  const owner = await openVisitor(browser);
  await setUp(owner, server);
  link = await createMeeting(owner, server, { title: "Sharp or not" });
  await owner.context.close();
});

after(async () => {
  await browser.close();
  await server.remove();
});

async function openDevices({ page }) {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Microphone, camera, speaker" }).click();
  return page.getByRole("dialog", { name: "Microphone, camera, speaker" });
}

async function choose(person, quality) {
  const dialog = await openDevices(person);
  await dialog.getByLabel("Stream quality").selectOption(quality);
  await person.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
}

/** Waits until so many lines are sent, and more than `least` bits per second in all layers together; tells these. */
async function bitsAt(person, lines, least = 0) {
  let bits = 0;
  const isReached = async () => {
    const sent = await linesSent(person);
    if (sent !== lines) return `${sent} lines`;
    bits = 8 * (await growth(person, "outbound-rtp", "video", "bytesSent", SPAN));
    return bits > least || { bits, least };
  };
  await eventually(person, `sends ${lines} lines and more than ${least} bit/s`, isReached, RISE);
  return bits;
}

/** Waits until the encoders of all layers together are told to make bits, and no more than the quality allows. */
async function keepsTo(person, most) {
  await eventually(person, `is told to make at most ${most} bit/s`, async () => {
    const layers = (await reports(person, "outbound-rtp", "video")).filter(({ active }) => active !== false);
    const told = layers.reduce((sum, { targetBitrate }) => sum + (targetBitrate ?? 0), 0);
    return (told > 0 && told <= most) || told;
  });
}

test("SM-42 SM-43 at the door the stream quality is low, which is recommended, and what is chosen is remembered", async () => {
  const visitor = await openVisitor(browser);
  await visitor.goto(link);
  const choice = visitor.page.getByLabel("Stream quality");
  await choice.waitFor();
  const options = await choice.evaluate((select) => [...select.options].map(({ label }) => label));
  assert.deepEqual(options, ["Low (recommended)", "Medium", "High"]);
  assert.equal(await choice.inputValue(), "low");
  await visitor.page.getByText("Low is recommended").waitFor();
  await choice.selectOption("medium");
  await visitor.goto(link);
  await eventually(visitor, "has the quality that was chosen", async () => {
    const quality = await visitor.page.getByLabel("Stream quality").inputValue();
    return quality === "medium" || quality;
  });
  assert.deepEqual(await photograph(visitor.page, "door-quality"), []);
  assert.deepEqual(visitor.complaints, []);
  await visitor.context.close();
});

test("SM-42 SM-43 high sends at least twice the bits of low, changed in the room and in force at once", async () => {
  for (const name of ["Ann Archer", "Ben Baker"]) {
    const person = await openVisitor(browser);
    await person.whenever(busyCamera);
    await join(person, link, { name });
    people.push(person);
  }
  const [ann] = people;
  // What the encoders are told is exact; how near they come to it in three seconds is theirs.
  const low = await bitsAt(ann, 360);
  await keepsTo(ann, MOST.low);
  await choose(ann, "high");
  await bitsAt(ann, 720, 2 * low);
  await keepsTo(ann, MOST.high);
  await choose(ann, "medium");
  await bitsAt(ann, 540);
  await keepsTo(ann, MOST.medium);
  await choose(ann, "low");
  await bitsAt(ann, 360);
  await keepsTo(ann, MOST.low);
  const dialog = await openDevices(ann);
  await dialog.getByText("Low is recommended").waitFor();
  assert.deepEqual(await photograph(ann.page, "room-devices"), []);
  for (const person of people) assert.deepEqual(person.complaints, []);
});
