// More people than seats for sound and picture.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, openBrowser, openPerson, openVisitor } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { photograph } from "../lib/gallery.mjs";
import { createMeeting, idOf, setUp } from "../lib/people.mjs";
import { eventually, hears, join, reads, sees } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const SEATS = "Seats for sound and picture";

let browser;
let server;
let owner;

before(async () => {
  browser = await openBrowser();
  server = await Server.start("meetings.capacity = 9");
  owner = await openVisitor(browser);
  await setUp(owner, server);
});

after(async () => {
  await browser.close();
  await server.remove();
});

for (const scripts of [true, false]) {
  describe(scripts ? "seats" : "seats without scripts", () => {
    test("SM-7 the settings show the number of seats, and keep another one", async () => {
      const link = await createMeeting(owner, server, { title: "Seats" });
      const visitor = await openVisitor(browser, { scripts, storageState: await owner.context.storageState() });
      const field = visitor.page.getByLabel(SEATS);
      const save = visitor.page.getByRole("button", { name: "Save number of seats" });
      await open(visitor, `${server.origin}/meetings/${idOf(link)}/settings`);
      assert.equal(await field.inputValue(), "9");
      if (scripts) {
        await field.fill("8");
        await save.click();
        await reads(visitor, "must be a number from 9 to 2000");
      }
      await field.fill("25");
      await save.click();
      await visitor.page.getByText("Changes saved").waitFor();
      await open(visitor, `${server.origin}/meetings/${idOf(link)}/settings`);
      assert.equal(await field.inputValue(), "25");
      await visitor.context.close();
    });
  });
}

test("SM-8 whoever comes above the capacity is told why, writes, and moves up when a seat is free", async () => {
  const link = await createMeeting(owner, server, { title: "Nine chairs" });
  await owner.page.evaluate(takeSeats, [idOf(link), 8]);
  const people = await Promise.all([CAST.ann, CAST.ben].map((person) => openPerson(person)));
  const [ann, ben] = people;
  await join(ann, link);
  await join(ben, link);
  await reads(ben, "All 9 seats for sound and picture are taken. You are next");
  await ben.page.getByRole("button", { name: "Turn microphone off" }).waitFor({ state: "detached" });
  assert.deepEqual(await photograph(ben.page, "room-above-capacity"), []);
  await ben.page.setViewportSize({ width: 1280, height: 800 });
  await ben.press("Chat");
  await ben.fill("Message to everyone", "I can write");
  await ben.press("Send");
  await ann.press("Chat");
  await reads(ann, "I can write");
  await ann.press("People");
  await reads(ann, "Chat only");
  // Looked for before it is there, because it does not stay.
  await Promise.all([reads(ben, "A seat is free"), owner.page.evaluate(giveUpOneSeat)]);
  await sees(ben, ann.person.name, ann.person.colour);
  await hears(ben, ann.person);
  await eventually(ben, "is neither seen nor heard yet", async () =>
    (await ben.page.getByRole("button", { name: "Turn camera on" }).count()) === 1 &&
    (await ben.page.getByRole("button", { name: "Turn microphone on" }).count()) === 1,
  );
  await ben.press("Turn camera on");
  await sees(ann, ben.person.name, ben.person.colour);
  for (const person of people) {
    assert.deepEqual(person.complaints, []);
    await person.leave();
  }
});

// The functions below run in the browser.

/** Comes into a meeting so many times, with nothing but the signalling. */
async function takeSeats([meeting, count]) {
  globalThis.seats = [];
  for (let n = 1; n <= count; n += 1) {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/${meeting}`);
    await new Promise((inside, refused) => {
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", protocol: 1, name: `Guest ${n}` }));
      socket.onmessage = ({ data }) => {
        const { type, reason } = JSON.parse(data);
        if (type === "welcome") inside();
        if (type === "bye") refused(new Error(JSON.stringify(reason)));
      };
      socket.onerror = () => refused(new Error("the socket broke"));
    });
    globalThis.seats.push(socket);
  }
}

function giveUpOneSeat() {
  globalThis.seats.pop().send(JSON.stringify({ type: "leave" }));
}
