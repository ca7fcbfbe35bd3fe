// The pages about accounts, looked at: pictures for people, axe-core, nothing wider than the window.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { isFine, look } from "../lib/gallery.mjs";
import { ADMINISTRATOR, openMenu, setUp, signUp } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";

const NORA = { name: "Nora New", email: "nora@example.org", password: "three blue chairs" };

let browser;
let server;
let guest;
let owner;
let nora;
let setupLink;
let invitation;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  setupLink = await server.setupLink();
  guest = await openVisitor(browser);
  owner = await openVisitor(browser);
  nora = await openVisitor(browser);
});

after(async () => {
  await browser.close();
  await server.remove();
});

test("the page of the first start, with its link and without", async () => {
  await look(guest, "setup", setupLink);
  await look(guest, "setup-no-link", `${server.origin}/setup`, (page) =>
    page.getByText("Open this page with the one-time link").waitFor(),
  );
});

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

test("the account, with what was changed and what was refused", async () => {
  const account = `${server.origin}/account`;
  await look(owner, "account", account);
  await look(owner, "account-name-saved", account, async (page) => {
    await page.getByRole("button", { name: "Change name" }).click();
    await page.getByText("Name changed").waitFor();
  });
  const changePassword = async (page, present) => {
    await page.getByLabel("Current password").fill(present);
    await page.getByLabel("New password", { exact: true }).fill("a longer walk home");
    await page.getByLabel("New password once more").fill("a longer walk home");
    await page.getByRole("button", { name: "Change password" }).click();
  };
  const at = { at: "#password-title" };
  await look(
    owner,
    "account-password-refused",
    account,
    async (page) => {
      await changePassword(page, "not the password");
      await page.getByText("This is not your current password").waitFor();
      owner.complaints.length = 0;
    },
    at,
  );
  await changePassword(owner.page, ADMINISTRATOR.password);
  await owner.page.getByText("Password changed").waitFor();
  await isFine(owner, "account-password-saved", at);
});

test("an invitation, and the page that it opens", async () => {
  await open(owner, `${server.origin}/account`);
  await owner.page.getByRole("button", { name: "Make an invitation link" }).click();
  invitation = await owner.page.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await owner.page.getByRole("button", { name: "Revoke" }).waitFor();
  await isFine(owner, "account-invited", { at: "#invitations-title" });
  await look(nora, "sign-up-invited", invitation);
  await signUp(nora, invitation, NORA);
  await nora.page.waitForURL("**/meetings**");
});

test("where nobody can make an account, or an invitation is needed, the page says so", async () => {
  for (const [policy, words] of [
    ["closed", "Nobody can make an account by themselves"],
    ["invitation", "an account needs an invitation"],
  ]) {
    const other = await Server.start(`sign_up = "${policy}"`);
    try {
      await look(guest, `sign-up-${policy}`, `${other.origin}/sign-up`, (page) => page.getByText(words).waitFor());
    } finally {
      await other.remove();
    }
  }
});

test("the people of the server, and the dialogs about one of them", async () => {
  const people = `${server.origin}/people`;
  const menu = () => openMenu(owner, ADMINISTRATOR.name);
  await look(owner, "people", people);
  await look(owner, "people-none", `${people}?search=nobody`);
  await look(owner, "people-menu", people, menu);
  for (const [name, item] of [
    ["people-rights", "No longer administrator"],
    ["people-delete", "Delete account"],
    ["people-link", "Link for a new password"],
  ]) {
    await look(owner, name, people, async (page) => {
      await (await menu()).getByRole("link", { name: item }).click();
      await page.getByRole("dialog").waitFor();
    });
  }
  const { page } = owner;
  await page.getByRole("button", { name: "Make a link for a new password" }).click();
  const link = await page.getByRole("textbox", { name: "Link for a new password" }).inputValue();
  await isFine(owner, "people-link-made");
  await look(guest, "new-password", link);
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual([...guest.complaints, ...owner.complaints, ...nora.complaints], []);
});

test("what is used, or not for everybody", async () => {
  await look(guest, "setup-used", setupLink);
  await look(guest, "invitation-used", invitation, (page) => page.getByText("used before or has run out").waitFor());
  await look(guest, "new-password-used", `${server.origin}/new-password?token=${"A".repeat(43)}`);
  await look(nora, "people-not-allowed", `${server.origin}/people`, (page) =>
    page.getByRole("heading", { name: "This is not for you to open" }).waitFor(),
  );
});
