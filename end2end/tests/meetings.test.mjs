// One's meetings: making, finding, copying, changing and deleting them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { writeAll } from "../lib/chat.mjs";
import { alive, holdBack, open, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { changeOptions, createMeeting, idOf, openMenu, setUp } from "../lib/people.mjs";
import { eventually, join, reads, readsNoMore } from "../lib/room.mjs";
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

    test("SM-20 SM-21 SM-22 the dialog offers a password and regular use; after saving one stops or goes on", async () => {
      await open(owner, `${server.origin}/meetings?new`);
      const dialog = page.getByRole("dialog", { name: "New meeting" });
      await dialog.getByLabel("Title").fill("Every Monday");
      await dialog.getByRole("textbox", { name: "Password" }).fill("rosebud");
      await dialog.getByRole("switch", { name: "Scheduled, used regularly" }).check();
      await dialog.getByRole("button", { name: "Create meeting" }).click();
      const ready = page.getByRole("dialog", { name: "Your meeting is ready" });
      await ready.getByRole("link", { name: "Start now" }).waitFor();
      await ready.getByRole("link", { name: "Done" }).click();
      const card = page.getByRole("listitem").filter({ hasText: "Every Monday" });
      await card.getByText("Regular").waitFor();
      await card.getByText("Password").waitFor();
      const menu = await openMenu(owner, "Every Monday");
      await menu.getByRole("link", { name: "Settings" }).click();
      await page.getByText("A password is set").waitFor();
      await page.getByRole("switch", { name: "Scheduled, used regularly", checked: true }).waitFor();
    });

    test("SM-19 a refused title is said beside its field, and nothing that was chosen is lost", async () => {
      // A character that turns the direction of text cannot be seen, and is refused by the server.
      const title = "Garden\u202e committee";
      await open(owner, `${server.origin}/meetings?new`);
      const dialog = page.getByRole("dialog", { name: "New meeting" });
      await dialog.getByLabel("Title").fill(title);
      await dialog.getByRole("textbox", { name: "Password" }).fill("rosebud");
      await dialog.getByRole("switch", { name: "Scheduled, used regularly" }).check();
      await dialog.getByRole("button", { name: "Create meeting" }).click();
      await dialog.getByText("The title has characters that cannot be used here").waitFor();
      assert.equal(await dialog.getByLabel("Title").inputValue(), title);
      assert.equal(await dialog.getByRole("textbox", { name: "Password" }).inputValue(), scripts ? "rosebud" : "");
      assert.equal(await dialog.getByRole("switch", { name: "Scheduled, used regularly" }).isChecked(), true);
      owner.complaints.length = 0;
    });

    test("SM-26 settings that were refused are still there to be corrected", async () => {
      const link = await createMeeting(owner, server, { title: "Plain" });
      await open(owner, `${server.origin}/meetings/${idOf(link)}/settings`);
      await page.getByLabel("Title").fill("Pl\u202eain");
      await page.getByRole("textbox", { name: "Password" }).fill("rosebud");
      await page.getByRole("switch", { name: "Allow guests" }).uncheck();
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText("The title has characters that cannot be used here").waitFor();
      assert.equal(await page.getByLabel("Title").inputValue(), "Pl\u202eain");
      assert.equal(await page.getByRole("textbox", { name: "Password" }).inputValue(), scripts ? "rosebud" : "");
      assert.equal(await page.getByRole("switch", { name: "Allow guests" }).isChecked(), false);
      await page.getByLabel("Title").fill("Plainer");
      await page.getByRole("textbox", { name: "Password" }).fill("rosebud");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText("Changes saved").waitFor();
      await page.getByRole("heading", { name: "Plainer" }).waitFor();
      await page.getByText("A password is set").waitFor();
      await page.getByText("cannot be used here").waitFor({ state: "detached" });
      owner.complaints.length = 0;
    });

    test("SM-23 SM-45 SM-46 SM-73 the settings of a saved meeting show its link, to select or to copy", async () => {
      const link = await createMeeting(owner, server, { title: "To be shown" });
      await open(owner, `${server.origin}/meetings`);
      const menu = await openMenu(owner, "To be shown");
      await menu.getByRole("link", { name: "Settings" }).click();
      const field = page.getByRole("textbox", { name: "Meeting link", exact: true });
      assert.equal(await field.inputValue(), link);
      await field.selectText();
      assert.equal(await page.evaluate(() => getSelection().toString() || document.activeElement.value), link);
      if (!scripts) return;
      await page.getByRole("button", { name: "Copy link", exact: true }).click();
      await page.getByText("Link copied").waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    });

    test("SM-64 SM-65 SM-70 a meeting that is over is opened again from its card, its chat read without a call", async () => {
      const link = await createMeeting(owner, server, { title: "Yesterday" });
      // In the room it takes scripts, whatever the list is read with.
      const speaker = await openVisitor(browser, { storageState: await owner.context.storageState() });
      await join(speaker, link, { name: "Ada Admin" });
      await speaker.press("Chat");
      await speaker.fill("Message to everyone", "Minutes: we plant beans");
      await speaker.press("Send");
      await reads(speaker, "Minutes: we plant beans");
      await readsNoMore(speaker, "Sending…");
      await speaker.context.close();
      await open(owner, `${server.origin}/meetings`);
      const menu = await openMenu(owner, "Yesterday");
      await menu.getByRole("link", { name: "Read chat" }).click();
      await page.getByRole("heading", { name: "Yesterday" }).waitFor();
      await page.getByText("Minutes: we plant beans").waitFor();
      assert.equal(await page.locator("video").count(), 0);
      await open(owner, `${server.origin}/meetings`);
      await page.getByRole("link", { name: /(Open|Join) “Yesterday”/ }).click();
      await page.waitForURL(`**/c/${idOf(link)}`);
      await page.getByRole("heading", { name: "Yesterday" }).waitFor();
    });

    test("SM-65 SM-70 a chat of more than a page is read page by page, from the end to its beginning and back", async () => {
      const link = await createMeeting(owner, server, { title: "Long story" });
      const lines = Array.from({ length: 210 }, (_, at) => `Line ${at + 1}`);
      await writeAll(browser, link, "Stella Story", lines);
      const [older, newest] = ["Older messages", "Newest messages"].map((name) => page.getByRole("link", { name }));
      const isPage = async (from, to) => {
        await page.getByText(`Line ${to}`, { exact: true }).waitFor();
        const wanted = [lines.slice(from - 1, to), from > 1 ? 1 : 0, to < 210 ? 1 : 0];
        await eventually(owner, `reads from line ${from} to ${to}`, async () => {
          const shown = [await page.getByText(/^Line \d+$/).allInnerTexts(), await older.count(), await newest.count()];
          return isDeepStrictEqual(shown, wanted) || shown;
        });
      };
      await open(owner, `${server.origin}/meetings/${idOf(link)}/chat`);
      await isPage(111, 210);
      await older.click();
      await isPage(11, 110);
      await older.click();
      await isPage(1, 10);
      await newest.click();
      await isPage(111, 210);
    });

    // Without scripts the link is copied by hand, from the meeting's settings.
    test("SM-63 SM-71 the card gives the link away", async () => {
      const link = await createMeeting(owner, server, { title: "To be copied" });
      await open(owner, `${server.origin}/meetings`);
      const menu = await openMenu(owner, "To be copied");
      if (scripts) {
        await menu.getByRole("button", { name: "Copy link" }).click();
        await page.getByText("Link copied").waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
      } else {
        await menu.getByRole("link", { name: "Settings" }).click();
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
      const menu = await openMenu(owner, "To be deleted");
      await menu.getByRole("link", { name: "Delete", exact: true }).click();
      const question = page.getByRole("dialog", { name: "Delete “To be deleted”?" });
      await question.getByRole("button", { name: "Delete meeting" }).click();
      await page.getByRole("heading", { name: "To be deleted", exact: true }).waitFor({ state: "detached" });
      assert.equal((await page.goto(link)).status(), 404);
      owner.complaints.length = 0;
    });

    test("TCC-4 TCC-7 whoever is signed in joins by a link that was passed on, from the list of their meetings", async () => {
      const link = await createMeeting(owner, server, { title: "Passed on" });
      await open(owner, `${server.origin}/meetings`);
      await page.getByLabel("Meeting ID or link").fill("nonsense");
      await page.getByRole("button", { name: "Join", exact: true }).click();
      await page.getByText("An ID looks like abc-defg-hij").waitFor();
      assert.equal(new URL(page.url()).pathname, "/meetings");
      await page.getByLabel("Meeting ID or link").fill(link);
      await page.getByRole("button", { name: "Join", exact: true }).click();
      await page.waitForURL(link);
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
      // Ten letters are not yet an ID, and an ID is not yet a meeting.
      const answers = {
        soup: "An ID looks like abc-defg-hij",
        "onion soups": "An ID looks like abc-defg-hij",
        "zzz-zzzz-zzz": "No meeting has this ID",
      };
      for (const [text, answer] of Object.entries(answers)) {
        await open(owner, server.origin);
        await page.getByLabel("Meeting ID or link").fill(text);
        await page.getByRole("button", { name: "Join" }).click();
        await page.getByText(answer).waitFor();
        assert.equal(await page.getByLabel("Meeting ID or link").inputValue(), text);
      }
      await open(owner, `${server.origin}/c/onion-soups`);
      await page.getByRole("heading", { name: "This is not a meeting's link" }).waitFor();
      await page.getByText("An ID looks like abc-defg-hij").waitFor();
      owner.complaints.length = 0;
    });

    if (scripts) {
      test("a list that is loaded anew leaves the dialog that is open alone, unless its meeting is gone", async () => {
        await createMeeting(owner, server, { title: "Gone first" });
        await createMeeting(owner, server, { title: "Gone second" });
        const link = await createMeeting(owner, server, { title: "Gone elsewhere" });
        /** Opens the question before this meeting is deleted. */
        const ask = async (title) => {
          const menu = await openMenu(owner, title);
          await menu.getByRole("link", { name: "Delete", exact: true }).click();
          const question = page.getByRole("dialog", { name: `Delete “${title}”?` });
          await question.waitFor();
          return question;
        };
        /** Deletes this meeting; the list is loaded anew when the answer is called. */
        const deleteSlowly = async (title) => {
          const question = await ask(title);
          const release = await holdBack(page, "**/api/my-meetings");
          await question.getByRole("button", { name: "Delete meeting" }).click();
          await question.waitFor({ state: "detached" });
          return async () => {
            release();
            await page.getByText(title, { exact: true }).waitFor({ state: "detached" });
          };
        };
        await open(owner, `${server.origin}/meetings`);
        let loadAnew = await deleteSlowly("Gone first");
        let question = await ask("Gone second");
        const button = question.getByRole("button", { name: "Delete meeting" });
        await button.focus();
        await loadAnew();
        assert.ok(await button.evaluate((it) => it === document.activeElement), "the button still has the keyboard");
        await question.getByRole("link", { name: "Cancel" }).click();
        await question.waitFor({ state: "detached" });
        loadAnew = await deleteSlowly("Gone second");
        question = await ask("Gone elsewhere");
        const other = await owner.context.newPage();
        await other.goto(`${server.origin}/meetings?delete=${idOf(link)}`);
        await alive({ page: other, scripts });
        await other.getByRole("button", { name: "Delete meeting" }).click();
        await other.getByText("Meeting deleted").waitFor();
        await other.close();
        await loadAnew();
        await question.waitFor({ state: "detached" });
      });

      test("whoever comes back to a dialog by the browser's Back has it over the page again", async () => {
        await createMeeting(owner, server, { title: "Come back" });
        const ready = page.getByRole("dialog", { name: "Your meeting is ready" });
        await ready.getByRole("link", { name: "Settings" }).click();
        await page.waitForURL("**/settings");
        await page.getByLabel("Title").waitFor();
        await page.goBack();
        await ready.waitFor();
        await eventually(owner, "has the dialog over the page", () => ready.evaluate((it) => it.matches(":modal")));
      });

      test("SM-52 leaving with changes that are not saved asks; staying keeps them", async () => {
        const link = await createMeeting(owner, server, { title: "Half done" });
        await open(owner, `${server.origin}/meetings/${idOf(link)}/settings`);
        await page.getByLabel("Title").fill("Half done, still");
        // The form is longer than a phone; its button comes to whoever has something to save.
        await page.setViewportSize({ width: 360, height: 740 });
        await eventually(owner, "has the button in the window", async () => {
          const box = await page.getByRole("button", { name: "Save changes" }).boundingBox();
          return box.y + box.height <= 740 || box;
        });
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.getByText("Not saved yet").waitFor();
        const asked = page.waitForEvent("dialog");
        const leaving = page.getByRole("link", { name: "Account" }).click({ noWaitAfter: true });
        const question = await asked;
        assert.equal(question.type(), "beforeunload");
        await question.dismiss();
        await leaving;
        assert.equal(await page.getByLabel("Title").inputValue(), "Half done, still");
        await page.getByRole("button", { name: "Save changes" }).click();
        await page.getByText("Changes saved").waitFor();
        await page.getByRole("link", { name: "Account" }).click();
        await page.waitForURL("**/account");
      });
    }

    test("the browser had nothing to complain about", () => assert.deepEqual(owner.complaints, []));
  });
}
