// The pages about meetings, looked at: pictures for people, axe-core, nothing wider than the window.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openVisitor } from "../lib/chromium.mjs";
import { writeAll } from "../lib/chat.mjs";
import { isFine, look } from "../lib/gallery.mjs";
import { createMeeting, idOf, openMenu, setUp } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";

let browser;
let server;
let guest;
let owner;
let link;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  guest = await openVisitor(browser);
  owner = await openVisitor(browser);
  await setUp(owner, server);
});

after(async () => {
  await browser.close();
  await server.remove();
});

test("home, empty and with meetings, and its dialogs", async () => {
  await look(owner, "meetings-none", `${server.origin}/meetings`);
  await createMeeting(owner, server, { title: "Garden committee", password: "rosebud" });
  link = await createMeeting(owner, server, { title: "Weekly round" });
  await isFine(owner, "meetings-created");
  await look(owner, "meetings", `${server.origin}/meetings`);
  await look(owner, "meetings-new", `${server.origin}/meetings?new`);
  await look(owner, "meetings-delete", `${server.origin}/meetings?delete=${idOf(link)}`);
  await look(owner, "meetings-menu", `${server.origin}/meetings`, () => openMenu(owner, "Weekly round"));
});

test("the settings of a meeting: as they are, not saved yet, refused, saved", async () => {
  const settings = `${server.origin}/meetings/${idOf(link)}/settings`;
  const save = (page) => page.getByRole("button", { name: "Save changes" }).click();
  await look(owner, "settings", settings);
  await look(owner, "settings-unsaved", settings, async (page) => {
    await page.getByLabel("Title").fill("Weekly round, renamed");
    await page.getByText("Not saved yet").waitFor();
  });
  const { page } = owner;
  // A character that turns the direction of text cannot be seen, and is refused by the server.
  await page.getByLabel("Title").fill("Weekly\u202e round");
  await save(page);
  await page.getByText("The title has characters that cannot be used here").waitFor();
  owner.complaints.length = 0;
  await isFine(owner, "settings-refused");
  await page.getByLabel("Title").fill("Weekly round");
  await save(page);
  await page.getByText("Changes saved").waitFor();
  await isFine(owner, "settings-saved");
});

test("a chat that is read without a call: without a message, with some", async () => {
  const chat = `${server.origin}/meetings/${idOf(link)}/chat`;
  await look(owner, "chat-none", chat);
  await writeAll(browser, link, "Gwen Guest", [
    "Good morning, everybody!",
    "The plan is at https://example.org/plan, and all that we said about it last week is there, too, with the numbers.",
    "Two lines:\nand the other one.",
  ]);
  await look(owner, "chat", chat, (page) => page.getByText("Good morning, everybody!").waitFor());
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual([...guest.complaints, ...owner.complaints], []);
});

test("what is not there", async () => {
  await look(guest, "not-found", `${server.origin}/nothing-here`);
  await look(guest, "no-meeting", `${server.origin}/c/zzz-zzzz-zzz`);
});
