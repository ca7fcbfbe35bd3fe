// The way into a meeting: passwords, guests, waiting for the organiser, joining at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openVisitor } from "../lib/chromium.mjs";
import { changeOptions, createMeeting, setUp } from "../lib/people.mjs";
import { arrive, inRoom, join, reads } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

let browser;
let server;
let owner;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  owner = await openVisitor(browser);
  await setUp(owner, server);
});

after(async () => {
  await browser.close();
  await server.remove();
});

async function guest() {
  return openVisitor(browser, { viewport: { width: 360, height: 740 } });
}

test("SM-27 a guest is asked for the password, refused with a wrong one, let in with the right one", async () => {
  const link = await createMeeting(owner, server, { title: "Behind a door", password: "open sesame" });
  const visitor = await guest();
  await arrive(visitor, link, { name: "Gwen Guest", password: "open barley" });
  await reads(visitor, "This is not the meeting's password");
  await visitor.fill("Meeting password", "open sesame");
  await visitor.press("Join");
  await inRoom(visitor);
  await visitor.context.close();
});

test("SM-31 guests wait for the organiser, then come in by themselves", async () => {
  const link = await createMeeting(owner, server, { title: "Not before me" });
  await changeOptions(owner, server, link, { "Attendees may start the meeting": false });
  const visitor = await guest();
  await arrive(visitor, link, { name: "Wanda Waits" });
  await reads(visitor, "has not started yet");
  const host = await openVisitor(browser, { storageState: await owner.context.storageState() });
  await join(host, link, { name: "Ada Admin" });
  await inRoom(visitor);
  await host.context.close();
  await visitor.context.close();
});

test("SM-53 settings are in force at once: guests are no longer let in", async () => {
  const link = await createMeeting(owner, server, { title: "Members only" });
  await changeOptions(owner, server, link, { "Allow guests": false });
  const visitor = await guest();
  await visitor.goto(link);
  await reads(visitor, "Sign in to join");
  await visitor.context.close();
});

test("TCM-64 a link with #app=1 joins at once with the remembered name", async () => {
  const link = await createMeeting(owner, server, { title: "No stop" });
  const visitor = await guest();
  await join(visitor, link, { name: "Rita Regular" });
  await visitor.goto("about:blank").catch(() => {});
  await visitor.goto(`${link}#app=1`);
  await inRoom(visitor);
  await visitor.context.close();
});

test("SM-12 without WebRTC the page says so, and the chat works", async () => {
  const link = await createMeeting(owner, server, { title: "Words only" });
  const visitor = await guest();
  await visitor.whenever(() => {
    delete globalThis.RTCPeerConnection;
  });
  await visitor.goto(link);
  await reads(visitor, "cannot send or receive sound and picture");
  await visitor.fill("Your name", "Wally Words");
  await visitor.press("Join");
  await inRoom(visitor);
  await visitor.press("Chat");
  await visitor.fill("Message to everyone", "Only words");
  await visitor.press("Send");
  await reads(visitor, "Only words");
  assert.deepEqual(visitor.complaints, []);
  await visitor.context.close();
});
