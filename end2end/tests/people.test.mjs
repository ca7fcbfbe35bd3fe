// The people of a server, as its administrators see them; each with and without scripts.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { alive, holdBack, open, openBrowser, openVisitor, visit } from "../lib/chromium.mjs";
import { ADMINISTRATOR, createMeeting, openMenu, setUp, signIn, signUp } from "../lib/people.mjs";
import { eventually } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const NORA = { name: "Nora New", email: "nora@example.org", password: "three blue chairs" };
const OTTO = { name: "Otto Old", email: "otto@example.org", password: "four brown tables" };

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => browser.close());

for (const scripts of [true, false]) {
  /** Runs `story` with a visitor of their own. */
  const as = (story) => visit(browser, { scripts }, story);

  describe(scripts ? "people" : "people without scripts", () => {
    let server;
    let owner;

    before(async () => {
      server = await Server.start();
      owner = await openVisitor(browser, { scripts });
      await setUp(owner, server);
      for (const account of [NORA, OTTO]) {
        await as(async (visitor, page) => {
          await signUp(visitor, `${server.origin}/sign-up`, account);
          await page.waitForURL("**/meetings**");
        });
      }
    });

    after(async () => {
      await owner.context.close();
      await server.remove();
    });

    /** Opens a dialog from somebody's menu. */
    async function choose(name, item) {
      const menu = await openMenu(owner, name);
      await menu.getByRole("link", { name: item }).click();
      return owner.page.getByRole("dialog");
    }

    /** Loads the page anew, as the server draws it; its dialog is still there. */
    async function reload() {
      await owner.page.reload();
      await alive(owner);
    }

    /** Waits until these people are listed, in this order, and nobody else. */
    async function lists(...wanted) {
      await eventually(owner, `lists ${wanted.join(", ")}`, async () => {
        const names = await owner.page.getByRole("main").getByRole("listitem").locator("strong").allInnerTexts();
        return isDeepStrictEqual(names, wanted) || names;
      });
    }

    test("an administrator finds everybody under Account, and whom they search for", async () => {
      const { page } = owner;
      await open(owner, `${server.origin}/account`);
      await page.getByRole("link", { name: "See all people" }).click();
      await page.waitForURL("**/people");
      await page.getByRole("heading", { name: "People", level: 1 }).waitFor();
      await lists(ADMINISTRATOR.name, NORA.name, OTTO.name);
      await page.getByRole("searchbox", { name: "Name or address" }).fill("OTTO@");
      await page.getByRole("button", { name: "Search" }).click();
      await page.waitForURL("**/people?search=**");
      await page.getByRole("link", { name: "Show all" }).waitFor();
      await lists(OTTO.name);
      await page.getByRole("searchbox", { name: "Name or address" }).fill("nobody at all");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByText("Nobody found").waitFor();
      await page.getByRole("link", { name: "Show all" }).click();
      await page.getByText(NORA.email).waitFor();
    });

    test("nobody else is shown the way there, or the people", async () => {
      await as(async (visitor, page) => {
        await signIn(visitor, server, NORA);
        await page.waitForURL("**/meetings**");
        await open(visitor, `${server.origin}/account`);
        await page.getByRole("button", { name: "Change name" }).waitFor();
        assert.equal(await page.getByRole("link", { name: "See all people" }).count(), 0);
        const answer = await open(visitor, `${server.origin}/people`);
        assert.equal(answer.status(), 403);
        await page.getByText("This is not for you to open").waitFor();
        visitor.complaints.length = 0;
      });
    });

    test("whoever forgot their password gets a link that works once, and is signed in by it", async () => {
      await open(owner, `${server.origin}/people`);
      const dialog = await choose(NORA.name, "Link for a new password");
      await dialog.getByRole("button", { name: "Make a link for a new password" }).click();
      const link = await dialog.getByRole("textbox", { name: "Link for a new password" }).inputValue();
      assert.ok(link.startsWith(`${server.origin}/new-password?token=`), link);
      await as(async (visitor, page) => {
        await open(visitor, `${server.origin}/sign-in`);
        await page.getByText("Forgot your password? Ask whoever runs this server for a new link.").waitFor();
        await open(visitor, link);
        await page.getByText(NORA.email).waitFor();
        if (scripts) {
          // Without them the browser says it in a bubble of its own.
          await page.getByLabel("New password", { exact: true }).fill("short");
          await page.getByRole("button", { name: "Save and sign in" }).click();
          await page.getByText("needs at least 8 characters").waitFor();
          visitor.complaints.length = 0;
        }
        await page.getByLabel("New password", { exact: true }).fill("a new set of chairs");
        await page.getByRole("button", { name: "Save and sign in" }).click();
        await page.waitForURL("**/meetings**");
        const answer = await open(visitor, link);
        assert.equal(answer.status(), 410);
        await page.getByText("The link was used before or has run out. Ask for a new one.").waitFor();
        assert.equal(await page.getByRole("textbox").count(), 0, "nothing is filled in for nothing");
        visitor.complaints.length = 0;
      });
      await as(async (visitor, page) => {
        await signIn(visitor, server, NORA);
        await page.getByText("do not match an account").waitFor();
        await signIn(visitor, server, { ...NORA, password: "a new set of chairs" });
        await page.waitForURL("**/meetings**");
        visitor.complaints.length = 0;
      });
    });

    test("the link of one person is not shown as another's", async () => {
      await open(owner, `${server.origin}/people`);
      const dialog = await choose(NORA.name, "Link for a new password");
      await reload();
      await dialog.getByRole("button", { name: "Make a link for a new password" }).click();
      await dialog.getByRole("textbox", { name: "Link for a new password" }).waitFor();
      await dialog.getByRole("link", { name: "Close" }).last().click();
      await dialog.waitFor({ state: "hidden" });
      await choose(OTTO.name, "Link for a new password");
      await owner.page.getByRole("heading", { name: `New password for ${OTTO.name}` }).waitFor();
      assert.equal(await dialog.getByRole("textbox").count(), 0);
    });

    test("the last administrator stays one; another one is made and unmade", async () => {
      const { page } = owner;
      await open(owner, `${server.origin}/people`);
      let dialog = await choose(ADMINISTRATOR.name, "No longer administrator");
      await dialog.getByRole("button", { name: "Take the rights away" }).click();
      await page.getByText("Make another person administrator first").waitFor();
      // The refusal's own status is written to the console by the browser.
      owner.complaints.length = 0;
      await open(owner, `${server.origin}/people`);
      dialog = await choose(NORA.name, "Make administrator");
      await dialog.getByRole("button", { name: "Make administrator" }).click();
      await page.getByText("Administrator made").waitFor();
      const mark = page.getByRole("listitem").filter({ hasText: NORA.name }).getByText("Administrator", { exact: true });
      await mark.waitFor();
      dialog = await choose(NORA.name, "No longer administrator");
      await dialog.getByRole("link", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "hidden" });
      dialog = await choose(NORA.name, "No longer administrator");
      await dialog.getByRole("button", { name: "Take the rights away" }).click();
      await page.getByText("Administrator's rights taken away").waitFor();
      await mark.waitFor({ state: "detached" });
      const menu = await openMenu(owner, NORA.name);
      await menu.getByRole("link", { name: "Make administrator" }).waitFor();
    });

    if (scripts) {
      test("a list that is loaded anew leaves alone what was made in an open dialog", async () => {
        const { page } = owner;
        await open(owner, `${server.origin}/people`);
        let dialog = await choose(NORA.name, "Make administrator");
        const release = await holdBack(page, "**/api/people");
        await dialog.getByRole("button", { name: "Make administrator" }).click();
        await page.getByText("Administrator made").waitFor();
        dialog = await choose(OTTO.name, "Link for a new password");
        await dialog.getByRole("button", { name: "Make a link for a new password" }).click();
        const field = dialog.getByRole("textbox", { name: "Link for a new password" });
        const link = await field.inputValue();
        release();
        await page.locator("li", { hasText: NORA.name }).getByText("Administrator", { exact: true }).waitFor();
        assert.equal(await field.inputValue({ timeout: 1000 }), link);
        await dialog.getByRole("link", { name: "Close" }).last().click();
        await dialog.waitFor({ state: "hidden" });
        dialog = await choose(NORA.name, "No longer administrator");
        await dialog.getByRole("button", { name: "Take the rights away" }).click();
        await page.getByText("Administrator's rights taken away").waitFor();
      });
    }

    test("an account is deleted with its meetings, after a question that says so", async () => {
      await as(async (visitor, other) => {
        await signIn(visitor, server, OTTO);
        await other.waitForURL("**/meetings**");
        await createMeeting(visitor, server, { title: "Weekly round" });
        await open(owner, `${server.origin}/people?search=otto`);
        const dialog = await choose(OTTO.name, "Delete account");
        await dialog.getByText("One meeting goes with the account").waitFor();
        await reload();
        await dialog.getByText("One meeting goes with the account").waitFor();
        await dialog.getByRole("button", { name: "Delete account and 1 meeting" }).click();
        await owner.page.getByText("Account deleted").waitFor();
        await open(owner, `${server.origin}/people`);
        await lists(ADMINISTRATOR.name, NORA.name);
        await other.goto(`${server.origin}/meetings`);
        await other.waitForURL("**/sign-in**");
        await signIn(visitor, server, OTTO);
        await other.getByText("do not match an account").waitFor();
        visitor.complaints.length = 0;
      });
    });

    test("the browser had nothing to complain about", () => {
      assert.deepEqual(owner.complaints, []);
    });
  });
}
