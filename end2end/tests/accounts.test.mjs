// Accounts: the first administrator, signing up, in and out, invitations, name and password; each with and without scripts.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, openBrowser, visit } from "../lib/chromium.mjs";
import { ADMINISTRATOR, introduce, setUp, signIn, signUp } from "../lib/people.mjs";
import { eventually } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const INVITED = { name: "Ina Invited", email: "ina@example.org", password: "five green lamps" };

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => browser.close());

/** Waits until something is there and seen without scrolling. */
async function seesInWindow(visitor, locator) {
  await locator.waitFor();
  await eventually(visitor, "sees it without scrolling", () =>
    locator.evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return (top >= 0 && bottom <= innerHeight) || { top, bottom, innerHeight };
    }),
  );
}

/** Waits until the keyboard is in this field, which says that it is wrong, and why. */
async function mends(visitor, field) {
  await eventually(visitor, "has the keyboard where the mistake is", () =>
    field.evaluate((input) => {
      const [why] = (input.getAttribute("aria-describedby") ?? "").split(" ");
      const said = input.getAttribute("aria-invalid") === "true" && document.getElementById(why)?.innerText;
      return (document.activeElement === input && Boolean(said)) || `${document.activeElement.id}, ${said}`;
    }),
  );
}

/** Makes an invitation on the page of the account and tells its link. */
async function invite(owner, server) {
  await open(owner, `${server.origin}/account`);
  await owner.page.getByRole("button", { name: "Make an invitation link" }).click();
  return owner.page.getByRole("textbox", { name: "Invitation link" }).inputValue();
}

for (const scripts of [true, false]) {
  /** Runs `story` with a visitor of their own. */
  const as = (story) => visit(browser, { scripts }, story);

  describe(scripts ? "accounts" : "accounts without scripts", () => {
    let server;

    before(async () => {
      server = await Server.start();
    });

    after(() => server.remove());

    test("the one-time link makes the administrator, once", async () => {
      await as(async (visitor, page) => {
        await setUp(visitor, server);
        await page.getByRole("heading", { name: "Meetings", exact: true }).waitFor();
      });
      await as(async (visitor, page) => {
        const answer = await open(visitor, await server.setupLink());
        assert.equal(answer.status(), 410);
        await page.getByText("used before or has run out").waitFor();
        assert.equal(await page.getByRole("textbox").count(), 0, "nothing is filled in for nothing");
        await page.getByRole("link", { name: "sign in" }).click();
        await page.waitForURL("**/sign-in");
        visitor.complaints.length = 0;
      });
    });

    test("a set-up link that is wrong, or has no secret in it, says so and opens nothing", async () => {
      await as(async (visitor, page) => {
        await open(visitor, `${server.origin}/setup`);
        await page.getByText("Open this page with the one-time link").waitFor();
        assert.equal(await page.getByRole("button", { name: "Create administrator" }).count(), 0);
        await open(visitor, `${server.origin}/setup?token=${"A".repeat(43)}`);
        await page.getByText("The link was used before or has run out. Ask for a new one.").waitFor();
        assert.equal(await page.getByRole("button", { name: "Create administrator" }).count(), 0);
        visitor.complaints.length = 0;
      });
    });

    test("an invitation that was taken back says so and opens nothing", async () => {
      await as(async (visitor, page) => {
        await signIn(visitor, server, ADMINISTRATOR);
        await page.waitForURL("**/meetings**");
        const link = await invite(visitor, server);
        await seesInWindow(visitor, page.getByRole("textbox", { name: "Invitation link" }));
        await as(async (guest, other) => {
          // Taken back while the form is filled in: the form says it. Afterwards the page does.
          await open(guest, link);
          await introduce(guest, { name: "Late Lou", email: "lou@example.org", password: "three green chairs" });
          await page.getByRole("button", { name: "Revoke" }).click();
          await page.getByText("No open invitations").waitFor();
          await other.getByRole("button", { name: "Create account" }).click();
          await other.getByText("The link was used before or has run out. Ask for a new one.").waitFor();
          if (scripts) assert.equal(await other.getByLabel("Your name").inputValue(), "Late Lou");
          assert.equal((await open(guest, link)).status(), 410);
          await other.getByText("The link was used before or has run out. Ask for a new one.").waitFor();
          assert.equal(await other.getByRole("textbox").count(), 0, "nothing is filled in for nothing");
          await other.getByRole("link", { name: "Sign in" }).click();
          await other.waitForURL("**/sign-in");
          guest.complaints.length = 0;
        });
      });
    });

    test("a form that was refused still has what was typed; a page without scripts has no password in it", async () => {
      await as(async (visitor, page) => {
        const known = { name: "Somebody Else", email: ADMINISTRATOR.email, password: "not her password" };
        await signUp(visitor, `${server.origin}/sign-up`, known);
        await page.getByText("do not match an account").waitFor();
        assert.equal(await page.getByLabel("Your name").inputValue(), known.name);
        assert.equal(await page.getByLabel("E-mail address").inputValue(), known.email);
        const password = await page.getByLabel("Password", { exact: true }).inputValue();
        assert.equal(password, scripts ? known.password : "");
        await signIn(visitor, server, { email: "nobody@example.org", password: "not the password" });
        await page.getByText("do not match an account").waitFor();
        assert.equal(await page.getByLabel("E-mail address").inputValue(), "nobody@example.org");
        await open(visitor, `${server.origin}/sign-in`);
        assert.equal(await page.getByLabel("E-mail address").inputValue(), "");
        visitor.complaints.length = 0;
      });
    });

    test("signing up, out and in again; a wrong password and an unknown address get the same answer", async () => {
      const account = { name: "Nora New", email: "nora@example.org", password: "three blue chairs" };
      const refusals = [];
      await as(async (visitor, page) => {
        await signUp(visitor, `${server.origin}/sign-up`, account);
        await page.waitForURL("**/meetings**");
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.waitForURL((url) => !url.pathname.startsWith("/meetings"));
        for (const wrong of [{ ...account, password: "not this one" }, { ...account, email: "nobody@example.org" }]) {
          await signIn(visitor, server, wrong);
          refusals.push(await page.getByRole("alert").innerText());
          await mends(visitor, page.getByLabel("Password", { exact: true }));
        }
        await signIn(visitor, server, account);
        await page.waitForURL("**/meetings**");
        visitor.complaints.length = 0;
      });
      assert.equal(refusals[0], refusals[1]);
      assert.match(refusals[0], /do not match an account/);
    });

    test("changing the name and the password; the old password opens nothing afterwards", async () => {
      await as(async (visitor, page) => {
        await signIn(visitor, server, ADMINISTRATOR);
        await page.waitForURL("**/meetings**");
        await open(visitor, `${server.origin}/account`);
        await page.getByLabel("Name", { exact: true }).fill("Ada Altered");
        await page.getByRole("button", { name: "Change name" }).click();
        await seesInWindow(visitor, page.getByText("Name changed"));
        await page.getByLabel("Current password").fill("not the password");
        await page.getByLabel("New password", { exact: true }).fill("a longer walk home");
        await page.getByLabel("New password once more").fill("a longer walk home");
        await page.getByRole("button", { name: "Change password" }).click();
        await page.getByText("This is not your current password").waitFor();
        await mends(visitor, page.getByLabel("Current password"));
        visitor.complaints.length = 0;
        await page.getByLabel("Current password").fill(ADMINISTRATOR.password);
        await page.getByLabel("New password", { exact: true }).fill("a longer walk home");
        await page.getByLabel("New password once more").fill("a longer walk home");
        await page.getByRole("button", { name: "Change password" }).click();
        await seesInWindow(visitor, page.getByText("Password changed"));
        await eventually(visitor, "has an empty field again", async () => {
          const left = await page.getByLabel("New password", { exact: true }).inputValue();
          return left === "" || left;
        });
      });
      await as(async (visitor, page) => {
        await signIn(visitor, server, ADMINISTRATOR);
        await page.getByText("do not match an account").waitFor();
        await signIn(visitor, server, { ...ADMINISTRATOR, password: "a longer walk home" });
        await page.waitForURL("**/meetings**");
        await open(visitor, `${server.origin}/account`);
        await page.getByText("Ada Altered").first().waitFor();
        visitor.complaints.length = 0;
      });
    });

    test("a session survives a restart of the server; signing out everywhere ends all", async () => {
      const account = { ...ADMINISTRATOR, password: "a longer walk home" };
      await as(async (here, page) => {
        await signIn(here, server, account);
        await page.waitForURL("**/meetings**");
        assert.equal(await server.stop(), 0);
        await server.start();
        await open(here, `${server.origin}/account`);
        await page.getByRole("heading", { name: "Account" }).waitFor();
        await as(async (there, other) => {
          await signIn(there, server, account);
          await other.waitForURL("**/meetings**");
          await open(there, `${server.origin}/account`);
          await other.getByRole("button", { name: "Sign out everywhere" }).click();
          await other.waitForURL("**/sign-in**");
          await seesInWindow(there, other.getByText("You are signed out on all devices"));
        });
        await here.page.goto(`${server.origin}/account`);
        assert.equal(await page.getByRole("button", { name: "Change name" }).count(), 0);
        here.complaints.length = 0;
      });
    });
  });

  describe(scripts ? "accounts by invitation" : "accounts by invitation without scripts", () => {
    let server;
    let link;

    before(async () => {
      server = await Server.start('sign_up = "invitation"');
      await visit(browser, { scripts }, (visitor) => setUp(visitor, server));
    });

    after(() => server.remove());

    test("without an invitation the page says where one comes from, and that a meeting needs none", async () => {
      await as(async (visitor, page) => {
        await open(visitor, `${server.origin}/sign-up`);
        await page.getByRole("heading", { name: "Accounts come from the administrator" }).waitFor();
        await page.getByText("On this server an account needs an invitation").waitFor();
        await page.getByText("To join a meeting you need no account").waitFor();
        assert.equal(await page.getByRole("textbox").count(), 0);
      });
    });

    test("an invitation makes one account, which is signed in and no administrator", async () => {
      await as(async (owner, page) => {
        await signIn(owner, server, ADMINISTRATOR);
        await page.waitForURL("**/meetings**");
        link = await invite(owner, server);
        assert.ok(link.startsWith(`${server.origin}/sign-up?invitation=`), link);
        await as(async (guest, other) => {
          await signUp(guest, link, INVITED);
          await other.waitForURL("**/meetings**");
          await open(guest, `${server.origin}/account`);
          await other.getByText(INVITED.email).waitFor();
          assert.equal(await other.getByRole("button", { name: "Make an invitation link" }).count(), 0);
        });
        await open(owner, `${server.origin}/account`);
        await page.getByText("No open invitations").waitFor();
      });
    });

    test("an invitation that was used opens nothing more; the account that it made is signed in to as any other", async () => {
      await as(async (visitor, page) => {
        assert.equal((await open(visitor, link)).status(), 410);
        await page.getByText("The link was used before or has run out. Ask for a new one.").waitFor();
        assert.equal(await page.getByRole("textbox").count(), 0, "nothing is filled in for nothing");
        visitor.complaints.length = 0;
        await signIn(visitor, server, INVITED);
        await page.waitForURL("**/meetings**");
      });
    });
  });

  describe(scripts ? "no accounts" : "no accounts without scripts", () => {
    test("where nobody can make an account the page says so, to whoever has a link too", async () => {
      const server = await Server.start('sign_up = "closed"');
      try {
        await as(async (visitor, page) => {
          for (const address of ["/sign-up", `/sign-up?invitation=${"A".repeat(43)}`]) {
            await open(visitor, `${server.origin}${address}`);
            await page.getByRole("heading", { name: "Accounts come from the administrator" }).waitFor();
            await page.getByText("Nobody can make an account by themselves on this server").waitFor();
            assert.equal(await page.getByRole("textbox").count(), 0);
          }
          await page.getByRole("link", { name: "Sign in" }).click();
          await page.waitForURL("**/sign-in");
        });
      } finally {
        await server.remove();
      }
    });
  });
}
