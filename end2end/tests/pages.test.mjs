// Every page outside the room, looked at: pictures for people, axe-core, nothing wider than the window.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { photograph } from "../lib/gallery.mjs";
import { createMeeting, idOf, setUp } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";

let browser;
let server;
let guest;
let owner;
let setupLink;
let link;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  setupLink = await server.setupLink();
  guest = await openVisitor(browser);
  owner = await openVisitor(browser);
});

after(async () => {
  await browser.close();
  await server.remove();
});

async function look(visitor, name, address, prepare) {
  await open(visitor, address);
  await prepare?.(visitor.page);
  assert.deepEqual(await photograph(visitor.page, name), []);
}

test("the page of the first start", () => look(guest, "setup", setupLink));

test("the pages before signing in", async () => {
  await setUp(owner, server);
  await look(guest, "landing", `${server.origin}/`);
  await look(guest, "sign-in", `${server.origin}/sign-in`);
  await look(guest, "signed-out", `${server.origin}/sign-in?signed-out`);
  await look(guest, "sign-up", `${server.origin}/sign-up`);
});

test("a form that was refused", () =>
  look(guest, "sign-in-refused", `${server.origin}/sign-in`, async (page) => {
    await page.getByLabel("E-mail address").fill("nobody@example.org");
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("do not match an account").waitFor();
    // The refusal's own status is written to the console by the browser.
    guest.complaints.length = 0;
  }));

test("home, empty and with meetings, and its dialogs", async () => {
  await look(owner, "meetings-none", `${server.origin}/meetings`);
  await createMeeting(owner, server, { title: "Garden committee", password: "rosebud" });
  link = await createMeeting(owner, server, { title: "Weekly round" });
  assert.deepEqual(await photograph(owner.page, "meetings-created"), []);
  await look(owner, "meetings", `${server.origin}/meetings`);
  await look(owner, "meetings-new", `${server.origin}/meetings?new`);
  await look(owner, "meetings-delete", `${server.origin}/meetings?delete=${idOf(link)}`);
  await look(owner, "meetings-menu", `${server.origin}/meetings`, (page) =>
    page.getByRole("button", { name: "More for Weekly round" }).click(),
  );
});

test("the settings of a meeting, its chat, the account", async () => {
  await look(owner, "settings", `${server.origin}/meetings/${idOf(link)}/settings`);
  await look(owner, "chat-none", `${server.origin}/meetings/${idOf(link)}/chat`);
  await look(owner, "account", `${server.origin}/account`);
});

test("the people of the server, and the dialogs about one of them", async () => {
  const people = `${server.origin}/people`;
  const menu = (page) => page.getByRole("button", { name: "More for Ada Admin" }).click();
  await look(owner, "people", people);
  await look(owner, "people-none", `${people}?search=nobody`);
  await look(owner, "people-menu", people, menu);
  for (const [name, item] of [
    ["people-rights", "No longer administrator"],
    ["people-delete", "Delete account"],
    ["people-link", "Link for a new password"],
  ]) {
    await look(owner, name, people, async (page) => {
      await menu(page);
      await page.getByRole("link", { name: item }).click();
      await page.getByRole("dialog").waitFor();
    });
  }
  const { page } = owner;
  await page.getByRole("button", { name: "Make a link for a new password" }).click();
  const link = await page.getByRole("textbox", { name: "Link for a new password" }).inputValue();
  assert.deepEqual(await photograph(page, "people-link-made"), []);
  await look(guest, "new-password", link);
});

test("the page before a meeting, with a camera and for a guest", () =>
  look(guest, "before-meeting", link, (page) => page.getByRole("button", { name: "Join" }).waitFor()));

test("the browser had nothing to complain about", () => {
  const complaints = [...guest.complaints, ...owner.complaints];
  assert.deepEqual(complaints, []);
});

test("what is not there", async () => {
  await look(guest, "not-found", `${server.origin}/nothing-here`);
  await look(guest, "no-meeting", `${server.origin}/c/zzz-zzzz-zzz`);
  await look(guest, "setup-used", setupLink);
  await look(guest, "new-password-used", `${server.origin}/new-password?token=${"A".repeat(43)}`);
});
