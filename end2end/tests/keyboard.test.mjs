// The main jobs without a mouse: every step is reached, seen and done with the keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { alive, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { setUp } from "../lib/people.mjs";
import { inRoom, reads, readsNoMore } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

/** More stops than any page has, and more lines than any menu. */
const MOST_STOPS = 60;

let browser;
let server;
let visitor;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  visitor = await openVisitor(browser, { viewport: { width: 1440, height: 900 } });
  await visitor.whenever(namesForKeyboard);
  await setUp(visitor, server);
  await visitor.goto(`${server.origin}/meetings`);
});

after(async () => {
  await browser.close();
  await server.remove();
});

/** For the page: `nameOf`, what is read aloud of something that can have the keyboard. Runs in the browser. */
function namesForKeyboard() {
  globalThis.nameOf = (element) =>
    (element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "").trim();
}

/** Waits until there is something of this name that can have the keyboard. */
async function isThere(name) {
  await visitor.page.waitForFunction((wanted) => {
    const stops = [...document.querySelectorAll("a, button, input, select, textarea, [tabindex]")];
    return stops.some((stop) => !stop.disabled && stop.checkVisibility() && globalThis.nameOf(stop) === wanted);
  }, name);
}

/** Presses Tab until what is called `name` has the keyboard; every stop on the way must be seen to have it. */
async function tabTo(name) {
  await isThere(name);
  const passed = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await visitor.page.keyboard.press("Tab");
    const here = await visitor.page.evaluate(focused);
    // Past its last stop a page gives the keyboard to the browser, then takes it again from its first.
    if (here.nowhere) continue;
    passed.push(here.name);
    assert.ok(here.seen, `${here.name} has the keyboard, and nobody can see it: ${JSON.stringify(here)}`);
    if (here.name === name) return;
  }
  assert.fail(`${name} is not reached: ${passed.join(", ")}`);
}

/** What has the keyboard, and whether that can be seen, at the latest after a second. Runs in the browser. */
async function focused() {
  const look = () => {
    const here = document.activeElement;
    if (here === document.body) return { nowhere: true };
    const { x, y, width, height } = here.getBoundingClientRect();
    const inside = x + width > 0 && y + height > 0 && x < innerWidth && y < innerHeight;
    // A link to copy has its ring around the button beside it, too.
    const ring = [here, here.parentElement].some((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
    });
    const seen = inside && ring && here.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return { name: globalThis.nameOf(here), inside, ring, seen };
  };
  // Two frames: the one that lays out what has just opened, and the one that is seen. On a busy machine it takes more.
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  let found;
  for (let frames = 0; frames < 60; frames += 1) {
    await frame();
    found = look();
    if (found.nowhere || found.seen) break;
  }
  return found;
}

async function press(...keys) {
  for (const key of keys) await visitor.page.keyboard.press(key);
}

/** Walks through the menu that has the keyboard until its line `name` has it. */
async function walkTo(name) {
  await visitor.page.waitForFunction(() => document.activeElement.closest("[popover]"));
  const passed = [];
  for (let line = 0; line < MOST_STOPS; line += 1) {
    const here = await visitor.page.evaluate(focused);
    assert.ok(here.seen, `${here.name} has the keyboard, and nobody can see it: ${JSON.stringify(here)}`);
    if (here.name === name) return;
    passed.push(here.name);
    await press("ArrowDown");
  }
  assert.fail(`${name} is not reached: ${passed.join(", ")}`);
}

/** Waits until what is called so, or matches this, has the keyboard. */
async function hasKeyboard(called) {
  await visitor.page.waitForFunction((wanted) => {
    const name = globalThis.nameOf(document.activeElement);
    return name === wanted || wanted.test?.(name) === true;
  }, called);
}

async function type(text) {
  await visitor.page.keyboard.type(text);
}

test("the first stop of a page leads past the navigation", async () => {
  await press("Tab");
  assert.equal((await visitor.page.evaluate(focused)).name, "Skip to the content");
  await press("Enter");
  await tabTo("New meeting");
});

test("a meeting is made, its dialogs take the keyboard and give it back", async () => {
  await press("Enter");
  await visitor.page.getByRole("dialog", { name: "New meeting" }).waitFor();
  await hasKeyboard(/^Title/);
  assert.ok((await visitor.page.evaluate(focused)).seen, "the field is seen to have the keyboard");
  await press("Escape");
  await visitor.page.getByRole("dialog").waitFor({ state: "detached" });
  await hasKeyboard("New meeting");
  await press("Enter");
  await hasKeyboard(/^Title/);
  await type("Without a mouse");
  await press("Enter");
  await visitor.page.getByRole("dialog", { name: "Your meeting is ready" }).waitFor();
  await hasKeyboard("Start now");
});

test("one comes in, by the door", async () => {
  await press("Enter");
  await visitor.page.waitForURL("**/c/**");
  await alive(visitor);
  await tabTo("Turn microphone off");
  await tabTo("Your name");
  await tabTo("Join");
  await press("Enter");
  await inRoom(visitor);
});

test("in the room every control is reached; menus open, walk and close", async () => {
  for (const control of ["Turn camera off", "Raise hand", "React"]) await tabTo(control);
  await press("Enter");
  await tabTo("👍");
  await press("Escape");
  await hasKeyboard("React");
  await tabTo("More");
  await press("Enter");
  await tabTo("Microphone, camera, speaker");
  await press("Enter");
  await visitor.page.getByRole("dialog", { name: "Microphone, camera, speaker" }).waitFor();
  await press("Escape");
  await visitor.page.getByRole("dialog").waitFor({ state: "detached" });
  await visitor.page.waitForFunction(() => !document.activeElement.closest("dialog, [popover]"));
});

test("the chat opens with the keyboard in its field, and gives it back to its button", async () => {
  await press("c");
  await visitor.page.getByRole("complementary", { name: "Chat" }).waitFor();
  await visitor.page.waitForFunction(() => document.activeElement.matches("textarea, input"));
  await type("Typed, not clicked");
  await press("Enter");
  await reads(visitor, "Typed, not clicked");
  await press("Escape");
  await readsNoMore(visitor, "Typed, not clicked");
  await hasKeyboard(/^Chat/);
});

test("a tile is pinned and loosened, the layout changes and changes back", async () => {
  const button = (name, state) => visitor.page.getByRole("button", { name, exact: true, ...state });
  await tabTo("Pin You");
  await press("Enter");
  await button("Unpin You", { pressed: true }).waitFor();
  await hasKeyboard("Unpin You");
  await press("Enter");
  await button("Pin You", { pressed: false }).waitFor();
  await tabTo("Layout: Speaker view");
  await press("Enter");
  await button("Layout: Grid view").waitFor();
  await hasKeyboard("Layout: Grid view");
  await press("Enter");
  await button("Layout: Speaker view").waitFor();
});

test("the list of people is opened, reached and closed, and gives the keyboard back to its button", async () => {
  const people = visitor.page.getByRole("complementary", { name: "People" });
  await tabTo("People, 1 here");
  await press("Enter");
  await people.getByText("Ada Admin").waitFor();
  await tabTo("Close");
  await press("Enter");
  await people.waitFor({ state: "detached" });
  await hasKeyboard("People, 1 here");
  await press("Enter");
  await tabTo("Close");
  await press("Escape");
  await people.waitFor({ state: "detached" });
  await hasKeyboard("People, 1 here");
});

test("Escape closes what is on top: a menu, a dialog, then the panel, wherever the keyboard is", async () => {
  const { page } = visitor;
  const people = page.getByRole("complementary", { name: "People" });
  const menu = page.getByRole("group", { name: "More", exact: true });
  await press("p");
  await people.waitFor();
  // One that ends the composition of a character is meant for nothing else.
  await page.evaluate(() => {
    const composing = { key: "Escape", isComposing: true, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", composing));
  });
  await tabTo("More");
  await press("Enter");
  await menu.waitFor();
  await press("Escape");
  await menu.waitFor({ state: "hidden" });
  await hasKeyboard("More");
  await press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.ok(await people.isVisible(), "the panel waits for its turn");
  await hasKeyboard("More");
  await press("Escape");
  await people.waitFor({ state: "detached" });
  await hasKeyboard("More");
});

test("the keys are listed, and the meeting is ended", async () => {
  await press("?");
  await visitor.page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await press("Escape");
  await visitor.page.getByRole("dialog").waitFor({ state: "detached" });
  await tabTo("Leave");
  await press("Enter");
  await visitor.page.getByRole("dialog", { name: "Leave the meeting?" }).waitFor();
  await tabTo("End for everyone");
  await press("Enter");
  await reads(visitor, "You ended the meeting");
  await reads(visitor, "Without a mouse");
  await tabTo("Back to your meetings");
  assert.deepEqual(visitor.complaints, []);
});

test("the settings of a meeting are found by its menu, changed and saved", async () => {
  const { page } = visitor;
  await press("Enter");
  await page.getByRole("heading", { name: "Without a mouse" }).waitFor();
  await tabTo("More for Without a mouse");
  await press("Enter");
  await walkTo("Settings");
  await press("Enter");
  await page.waitForURL("**/settings");
  await page.getByLabel("Title").waitFor();
  await tabTo("Title");
  await type("Changed without a mouse");
  await tabTo("Allow guests");
  await press("Space");
  await tabTo("Save changes");
  await press("Enter");
  await reads(visitor, "Changes saved");
  await page.getByRole("heading", { name: "Changed without a mouse" }).waitFor();
  await page.getByRole("switch", { name: "Allow guests", checked: false }).waitFor();
  for (const stop of ["Save number of seats", "Meeting link", "Copy link that joins at once", "Make a token"]) {
    await tabTo(stop);
  }
});

test("the account is changed, and the way from it to the people of the server is found", async () => {
  const { page } = visitor;
  await visitor.goto(`${server.origin}/account`);
  await tabTo("Name");
  await type("Ada Without");
  await tabTo("Change name");
  await press("Enter");
  await reads(visitor, "Name changed");
  for (const stop of ["Current password", "Show password", "New password once more", "Sign out everywhere"]) {
    await tabTo(stop);
  }
  await tabTo("See all people");
  await press("Enter");
  await page.waitForURL("**/people");
  await page.getByRole("heading", { name: "People", level: 1 }).waitFor();
});

test("somebody is looked for among the people of the server, and a link for a new password made", async () => {
  const { page } = visitor;
  await tabTo("Name or address");
  await type("ada@");
  await press("Enter");
  await page.waitForURL("**/people?search=**");
  await alive(visitor);
  await page.getByRole("link", { name: "Show all" }).waitFor();
  await tabTo("More for Ada Without");
  await press("Enter");
  await walkTo("Link for a new password");
  await press("Enter");
  const dialog = page.getByRole("dialog", { name: "New password for Ada Without" });
  await dialog.waitFor();
  await tabTo("Make a link for a new password");
  await press("Enter");
  await dialog.getByRole("textbox", { name: "Link for a new password" }).waitFor();
  await tabTo("Link for a new password");
  await press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(visitor.complaints, []);
});
