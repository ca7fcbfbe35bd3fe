// The server's disk is full: whoever writes reads that it was not saved and keeps the words. When there is room, the server
// comes back by itself, and they send them again.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { openBrowser, openVisitor } from "../lib/chromium.mjs";
import { isFine } from "../lib/gallery.mjs";
import { createMeeting, setUp } from "../lib/people.mjs";
import { eventually, join, readsNoMore } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

/** Half a megabyte for each file: room for an account and a meeting, and soon no more. */
const BLOCKS = 1024;
/** More messages than such a disk has room for, even where it packs them well. */
const MOST = 1_000;
/** So many of the newest messages are shown to whoever comes in. */
const SHOWN = 200;
/** What is read while the server is not there, and why. */
const AWAY = ["The server is restarting.", "Reconnecting"];

let browser;
let owner;
let server;
let visitor;

before(async () => {
  browser = await openBrowser();
  server = await Server.startOnFullDisk(BLOCKS);
  owner = await openVisitor(browser);
  await setUp(owner, server);
  const link = await createMeeting(owner, server, { title: "Minutes" });
  visitor = await openVisitor(browser);
  await join(visitor, link, { name: "Gwen Guest" });
  await visitor.press("Chat");
});

after(async () => {
  await browser.close();
  await server?.remove();
});

function sendAgain() {
  return visitor.page.getByRole("button", { name: "Send again" });
}

function messages() {
  return visitor.page.getByRole("log").getByRole("article");
}

/** Writes one message after the other until one more is refused, and tells how many were saved before it. */
async function writeUntilRefused(text) {
  const refused = await sendAgain().count();
  for (let saved = 0; saved < MOST; saved += 1) {
    const field = visitor.page.getByRole("textbox", { name: "Message to everyone" });
    const before = await messages().count();
    await field.fill(text(saved));
    await field.press("Enter");
    await eventually(visitor, "has an answer", async () => {
      const [written, waits] = [await messages().count(), await visitor.page.getByText("Sending…").count()];
      return (written > before && waits === 0) || { written, waits };
    });
    if ((await sendAgain().count()) > refused) return saved;
  }
  return assert.fail("the disk never fills up");
}

test("what a full disk does not take is not lost: it says so, stays, and goes out once there is room and the server came back by itself", async () => {
  // Nothing in it repeats, so that it cannot be packed.
  let saved = await writeUntilRefused(() => randomBytes(2_900).toString("base64"));
  assert.ok(saved > 0, "there was room for the first ones");
  saved += await writeUntilRefused((count) => `Is this saved, too? (${count})`);
  const why = "The server could not save this. Nothing was changed; try again.";
  await eventually(visitor, "reads twice why", async () => {
    const [said, written] = [await visitor.page.getByRole("log").getByText(why).count(), await messages().count()];
    return (said === 2 && written === saved + 2) || { said, written, saved };
  });
  await isFine(visitor, "room-chat-not-saved", { at: "[role=alert] >> nth=-1" });

  // Still full: it is refused once more, with a button of its own.
  const pressed = await sendAgain().first().elementHandle();
  await pressed.click();
  await visitor.page.waitForFunction((button) => !button.isConnected, pressed);
  await eventually(visitor, "has two answers", async () => (await sendAgain().count()) === 2);

  await server.makeRoom();
  await server.comesBack();
  for (const text of AWAY) await readsNoMore(visitor, text);
  for (let left = 2; left > 0; left -= 1) {
    await sendAgain().first().click();
    await eventually(visitor, `has ${left - 1} to send`, async () => {
      const [unsent, waits] = [await sendAgain().count(), await visitor.page.getByText("Sending…").count()];
      return (unsent === left - 1 && waits === 0) || { unsent, waits };
    });
  }
  assert.equal(await messages().count(), saved + 2);

  // What somebody reads who comes in later is what was said to be saved, each of it once.
  await visitor.press("Leave");
  await visitor.press("Join again");
  await visitor.press("Chat");
  await eventually(visitor, "reads all of it", async () => {
    const count = await messages().count();
    return count === Math.min(saved + 2, SHOWN) || { count, saved };
  });

  // Everything else is taken, too.
  assert.ok(await createMeeting(owner, server, { title: "Minutes of the next round" }));
});
