// One's meetings: making, finding, copying, changing and deleting them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { changeOptions, createMeeting, idOf, setUp } from "../lib/people.mjs";
import { Server } from "../lib/server.mjs";

let browser;

before(async () => {
  browser = await openBrowser();
});

after(() => browser.close());

for (const scripts of [true, false]) {
  describe(scripts ? "meetings" : "meetings without scripts", () => {
    let server;
    let owner;
    let page;

    before(async () => {
      server = await Server.start();
      owner = await openVisitor(browser, { scripts, permissions: ["clipboard-read", "clipboard-write"] });
      ({ page } = owner);
      await setUp(owner, server);
    });

    after(async () => {
      await owner.context.close();
      await server.remove();
    });

    test("SM-18 a title is all that a new meeting needs, and its link can be read aloud", async () => {
      const link = await createMeeting(owner, server, { title: "Weekly round" });
      assert.match(link, new RegExp(`^${server.origin}/c/[a-z]{3}-[a-z]{4}-[a-z]{3}$`));
      await open(owner, `${server.origin}/meetings`);
      await page.getByRole("heading", { name: "Weekly round" }).waitFor();
    });

    test("SM-18 a meeting without a title is refused, and the dialog says why", async () => {
      await open(owner, `${server.origin}/meetings?new`);
      await page.getByRole("dialog").getByRole("button", { name: "Create meeting" }).click();
      if (scripts) await page.getByText("Give the meeting a title").waitFor();
      assert.equal(await page.getByRole("dialog", { name: "New meeting" }).count(), 1);
    });

    // Without scripts the link is copied by hand, from the meeting's settings.
    test("SM-63 SM-71 the card gives the link away", async () => {
      const link = await createMeeting(owner, server, { title: "To be copied" });
      await open(owner, `${server.origin}/meetings`);
      await page.getByRole("button", { name: "More for To be copied" }).click();
      if (scripts) {
        await page.getByRole("button", { name: "Copy link" }).click();
        await page.getByText("Link copied").waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
      } else {
        await page.getByRole("link", { name: "Settings" }).click();
        assert.equal(await page.getByRole("textbox", { name: "Meeting link", exact: true }).inputValue(), link);
      }
    });

    test("SM-26 to SM-31 the settings are kept", async () => {
      const link = await createMeeting(owner, server, { title: "To be changed" });
      await changeOptions(owner, server, link, { "Allow guests": false, "Attendees may start the meeting": false });
      await open(owner, `${server.origin}/meetings/${idOf(link)}/settings`);
      assert.equal(await page.getByRole("switch", { name: "Allow guests" }).isChecked(), false);
      assert.equal(await page.getByRole("switch", { name: "Attendees may start" }).isChecked(), false);
    });

    test("SM-72 SM-74 deleting asks first, then the meeting is gone", async () => {
      const link = await createMeeting(owner, server, { title: "To be deleted" });
      await open(owner, `${server.origin}/meetings`);
      await page.getByRole("button", { name: "More for To be deleted" }).click();
      await page.getByRole("link", { name: "Delete", exact: true }).click();
      const question = page.getByRole("dialog", { name: "Delete “To be deleted”?" });
      await question.getByRole("button", { name: "Delete meeting" }).click();
      await page.getByRole("heading", { name: "To be deleted", exact: true }).waitFor({ state: "detached" });
      assert.equal((await page.goto(link)).status(), 404);
      owner.complaints.length = 0;
    });

    test("TCC-4 TCC-7 TCC-9 the start page takes an ID, a link, and says what is wrong with anything else", async () => {
      const link = await createMeeting(owner, server, { title: "To be found" });
      for (const text of [link, idOf(link), ` ${idOf(link).toUpperCase()} `]) {
        await open(owner, server.origin);
        await page.getByLabel("Meeting ID or link").fill(text);
        await page.getByRole("button", { name: "Join" }).click();
        await page.waitForURL(`**/c/${idOf(link)}`);
      }
      await open(owner, server.origin);
      await page.getByLabel("Meeting ID or link").fill("soup");
      await page.getByRole("button", { name: "Join" }).click();
      await page.getByText("An ID looks like abc-defg-hij").waitFor();
      owner.complaints.length = 0;
    });

    test("the browser had nothing to complain about", () => assert.deepEqual(owner.complaints, []));
  });
}
