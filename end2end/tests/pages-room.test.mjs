// The states of the room that other tests pass by, looked at: pictures for people, axe-core, nothing wider than the window.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openVisitor } from "../lib/chromium.mjs";
import { isFine } from "../lib/gallery.mjs";
import { openMeeting } from "../lib/people.mjs";
import { join, reads, write } from "../lib/room.mjs";
import { seesLarge, tile } from "../lib/tiles.mjs";

/** What has its place in the bar of a large window only. */
const LARGE = { sizes: ["desktop"] };

let browser;
let server;
let link;
let host;
let guest;

before(async () => {
  const meeting = await openMeeting("Weekly round");
  ({ server, link } = meeting);
  browser = await openBrowser();
  host = await openVisitor(browser, { storageState: meeting.storageState });
  guest = await openVisitor(browser);
});

after(async () => {
  await browser?.close();
  await server?.remove();
});

test("alone", async () => {
  await join(host, link, { name: "Ada Admin" });
  await reads(host, "You are the only one here");
  await tile(host, "You").waitFor();
  await isFine(host, "room-alone");
});

test("the lists of the bar, and the question before leaving", async () => {
  const { page } = host;
  for (const [button, line, name, options] of [
    ["React", "👏", "room-react", LARGE],
    ["Share your screen", "Documents and slides", "room-share", LARGE],
    ["More", "Keyboard shortcuts", "room-more"],
  ]) {
    await host.press(button);
    const shown = page.getByRole("button").filter({ hasText: line }).first();
    await shown.waitFor();
    await isFine(host, name, options);
    await page.keyboard.press("Escape");
    await shown.waitFor({ state: "hidden" });
  }
  await host.press("Leave");
  const question = page.getByRole("dialog", { name: "Leave the meeting?" });
  await question.waitFor();
  await isFine(host, "room-leave");
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
});

test("a hand that is raised by somebody without camera and microphone, and that somebody large", async () => {
  await join(guest, link, { name: "Gwen Guest" });
  await guest.press("Raise hand");
  for (const device of ["camera", "microphone"]) await guest.press(`Turn ${device} off`);
  await host.page.getByRole("banner").getByText("Gwen Guest").waitFor();
  await tile(host, "Gwen Guest").getByText("muted").waitFor({ state: "attached" });
  await tile(host, "Gwen Guest").getByText("GG", { exact: true }).waitFor();
  await isFine(host, "room-hand");
  await host.press("Layout: Speaker view");
  await seesLarge(host, "Gwen Guest");
  await isFine(host, "room-speaker");
  await host.press("Layout: Grid view");
  assert.deepEqual([...host.complaints, ...guest.complaints], []);
});

test("without a connection, and a message that waits for it", async () => {
  await server.kill();
  await reads(host, "Reconnecting");
  await isFine(host, "room-reconnecting");
  await host.press("Chat");
  await write(host, "Can you hear me?");
  await reads(host, "It goes out when the connection is back");
  await isFine(host, "room-chat-waits");
});
