// Times without a connection to the server: before one is in, while one waits, and in the room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openVisitor } from "../lib/chromium.mjs";
import { photograph } from "../lib/gallery.mjs";
import { changeOptions, createMeeting, setUp } from "../lib/people.mjs";
import { arrive, eventually, inRoom, join, reads, readsNoMore } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const RESTARTING = "The server is restarting. You will be back in a moment.";

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

/** A visitor behind something that closes every WebSocket, or swallows what is said on it, until `blocks.way` is null. */
async function behindProxy(way) {
  const visitor = await openVisitor(browser);
  const blocks = { way };
  await visitor.context.routeWebSocket(/\/ws\//, (socket) => {
    if (blocks.way === null) socket.connectToServer();
    if (blocks.way === "closes") socket.close();
  });
  return { visitor, blocks };
}

test("whoever is behind a proxy that closes WebSockets reads what happened and what to check, and finds the way back", async () => {
  const link = await createMeeting(owner, server, { title: "Behind a proxy" });
  const { visitor, blocks } = await behindProxy("closes");
  await arrive(visitor, link, { name: "Paula Proxy" });
  await reads(visitor, "Joining…");
  await reads(visitor, "No connection to the meeting");
  await reads(visitor, "Still trying…");
  await reads(visitor, "a proxy blocks WebSocket");
  await reads(visitor, "For the administrator of this server:");
  assert.deepEqual(await photograph(visitor.page, "hall-unreachable"), []);
  await visitor.press("Go back");
  await visitor.page.getByRole("button", { name: "Join", exact: true }).and(visitor.page.locator(":enabled")).waitFor();
  await eventually(visitor, "has the name that was typed", async () => {
    const name = await visitor.page.getByLabel("Your name").inputValue();
    return name === "Paula Proxy" || name;
  });
  await visitor.press("Join");
  await reads(visitor, "Joining…");
  blocks.way = null;
  await inRoom(visitor);
  await visitor.context.close();
});

test("a server that takes the connection and says nothing is no connection either; once it answers one is in by oneself", async () => {
  const link = await createMeeting(owner, server, { title: "Silence" });
  const { visitor, blocks } = await behindProxy("swallows");
  await arrive(visitor, link, { name: "Sid Silent" });
  await reads(visitor, "No connection to the meeting");
  blocks.way = null;
  await inRoom(visitor);
  await visitor.context.close();
});

test("whoever waits for the organiser reads that the connection is lost, goes on waiting, and comes in", async () => {
  const link = await createMeeting(owner, server, { title: "Patience" });
  await changeOptions(owner, server, link, { "Attendees may start the meeting": false });
  const visitor = await openVisitor(browser);
  await arrive(visitor, link, { name: "Wanda Waits" });
  await reads(visitor, "has not started yet");
  await server.kill();
  await reads(visitor, "Reconnecting…");
  await reads(visitor, "The connection is lost. You keep waiting; nothing to do.");
  await reads(visitor, "has not started yet");
  assert.deepEqual(await photograph(visitor.page, "hall-lost"), []);
  await server.start();
  await readsNoMore(visitor, "Reconnecting");
  await reads(visitor, "has not started yet");
  const host = await openVisitor(browser, { storageState: await owner.context.storageState() });
  await join(host, link, { name: "Ada Admin" });
  await inRoom(visitor);
  await host.context.close();
  await visitor.context.close();
});

test("when the server says that it stops, whoever is in the room reads that it restarts, until it is back", async () => {
  const link = await createMeeting(owner, server, { title: "Upgrade" });
  const visitor = await openVisitor(browser);
  await join(visitor, link, { name: "Ula Up" });
  const stopped = server.stop();
  await reads(visitor, RESTARTING);
  assert.equal(await stopped, 0);
  await reads(visitor, RESTARTING);
  await server.start();
  await readsNoMore(visitor, RESTARTING);
  await inRoom(visitor);
  // The next loss comes without a word, and is said as what it is.
  await server.kill();
  await reads(visitor, "The connection is lost. Your seat is kept; nothing to do.");
  await server.start();
  await readsNoMore(visitor, "The connection is lost");
  await visitor.context.close();
});
