// Three people, three browsers, one room: everybody sees, hears and writes to everybody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST, fakeScreen, paintings, SCREEN_COLOUR } from "../lib/fakes.mjs";
import { photograph } from "../lib/gallery.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, heardEnergy, hears, inRoom, join, reads, sees, seesNoMore } from "../lib/room.mjs";

let server;
let link;
let people = [];

before(async () => {
  ({ server, link } = await openMeeting("Three friends"));
  // As most people see it, with all that glides.
  const options = { reducedMotion: "no-preference" };
  people = await Promise.all([CAST.ann, CAST.ben, CAST.cleo].map((person) => openPerson(person, options)));
});

after(async () => {
  for (const person of people) await person.leave();
  await server.remove();
});

/** Runs the same for everybody and everybody else. */
async function everybody(deed) {
  for (const one of people) {
    for (const other of people) {
      if (one !== other) await deed(one, other.person);
    }
  }
}

test("everybody sees the right person on each tile", async () => {
  await people[0].whenever(paintings);
  await people[0].whenever(fakeScreen, SCREEN_COLOUR);
  for (const person of people) await join(person, link);
  await everybody((one, other) => sees(one, other.name, other.colour));
});

test("everybody hears everybody else", async () => {
  await everybody((one, other) => hears(one, other));
  for (const person of people) await eventually(person, "counts sound", async () => (await heardEnergy(person)) > 0);
});

test("SM-4 what is written arrives at everybody, while the pictures go on", async () => {
  const [ann, ben, cleo] = people;
  for (const person of people) await person.press("Chat");
  await ann.fill("Message to everyone", "See https://example.org/agenda");
  await ann.press("Send");
  for (const person of [ben, cleo]) {
    await reads(person, "See https://example.org/agenda");
    await person.page.getByRole("link", { name: "https://example.org/agenda" }).waitFor();
  }
  await everybody((one, other) => sees(one, other.name, other.colour));
  for (const person of people) await person.press("Chat");
});

test("a muted microphone is heard no more, and everybody is told", async () => {
  const [ann, ben, cleo] = people;
  await ben.press("Turn microphone off");
  await cleo.press("Turn microphone off");
  await ann.page.getByText("muted").first().waitFor({ state: "attached" });
  let before = await heardEnergy(ann);
  await eventually(ann, "hears nothing", async () => {
    const now = await heardEnergy(ann);
    const gain = now - before;
    before = now;
    return gain < 1e-6 || gain;
  });
  await ben.press("Turn microphone on");
  await cleo.press("Turn microphone on");
  await eventually(ann, "hears again", async () => (await heardEnergy(ann)) > before + 1e-5);
});

test("a camera that is off shows no picture, and comes back", async () => {
  const [ann, ben] = people;
  await ben.press("Turn camera off");
  await seesNoMore(ann, ben.person.name);
  await ben.press("Turn camera on");
  await sees(ann, ben.person.name, ben.person.colour);
});

test("the room is looked at, alone with the stage, with the chat, the people and the keys", async () => {
  const [ann, , cleo] = people;
  const size = cleo.page.viewportSize();
  const faults = await photograph(cleo.page, "room");
  for (const [button, name] of [["Chat", "room-chat"], ["People", "room-people"]]) {
    await cleo.page.setViewportSize(size);
    await cleo.press(button);
    faults.push(...(await photograph(cleo.page, name)));
    await cleo.page.setViewportSize(size);
    await cleo.press(button);
  }
  await cleo.page.keyboard.press("?");
  await cleo.page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  faults.push(...(await photograph(cleo.page, "room-keys")));
  await cleo.page.keyboard.press("Escape");
  await cleo.page.setViewportSize(size);
  assert.deepEqual(faults, []);
  await sees(cleo, ann.person.name, ann.person.colour);
});

test("a shared screen is shown to everybody, until it is not", async () => {
  const [ann, ben, cleo] = people;
  await ann.press("Share your screen");
  await ann.page.getByRole("button", { name: "Documents and slides" }).click();
  for (const person of [ben, cleo]) await sees(person, "Ann Archer's screen", SCREEN_COLOUR);
  // Whoever shares sees that, and not the screen within itself.
  const own = ann.page.getByRole("article", { name: "Your screen" });
  await own.getByText("You are sharing your screen").waitFor();
  assert.equal(await own.locator("video").count(), 0);
  const size = ann.page.viewportSize();
  assert.deepEqual(await photograph(ann.page, "room-sharing"), []);
  await ann.page.setViewportSize(size);
  await own.getByRole("button", { name: "Stop sharing" }).click();
  await own.waitFor({ state: "detached" });
  await ann.page.getByRole("button", { name: "Share your screen" }).waitFor();
  for (const person of [ben, cleo]) await seesNoMore(person, "Ann Archer's screen");
});

test("whoever leaves is gone for the others, and can come back", async () => {
  const [ann, ben, cleo] = people;
  await cleo.press("Leave");
  await reads(cleo, "You left the meeting");
  await reads(cleo, "Three friends");
  const size = cleo.page.viewportSize();
  assert.deepEqual(await photograph(cleo.page, "left"), []);
  await cleo.page.setViewportSize(size);
  for (const person of [ann, ben]) await seesNoMore(person, cleo.person.name);
  await cleo.press("Join again");
  await inRoom(cleo);
  await everybody((one, other) => sees(one, other.name, other.colour));
  await hears(ann, cleo.person);
});

test("the server is killed and started again: everybody is back in their seat, with the hand as it was, and what was written goes out once", async () => {
  const [ann, ben, cleo] = people;
  const hands = async ({ page }) => (await page.locator(".tile-hand").count()) === 1;
  await ben.press("Raise hand");
  for (const person of [ann, cleo]) await eventually(person, "sees Ben's hand", hands);
  await ann.press("Chat");
  await server.kill();
  await reads(ann, "Reconnecting");
  await ann.fill("Message to everyone", "Written in the dark");
  await ann.press("Send");
  await server.start();
  await everybody((one, other) => sees(one, other.name, other.colour));
  for (const person of [ben, cleo]) {
    await person.press("Chat");
    await reads(person, "Written in the dark");
    await eventually(person, "reads it once", async () => {
      const count = await person.page.getByText("Written in the dark").count();
      return count === 1 || count;
    });
    await reads(person, "See https://example.org/agenda");
  }
  await everybody((one, other) => hears(one, other));
  for (const person of [ann, cleo]) await eventually(person, "sees Ben's hand again", hands);
});
