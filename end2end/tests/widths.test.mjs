// Names, titles and messages as people have them: as long as they may be and in one word, from right to left, of signs only.
// Nothing of them is wider than the window, small or large, and nothing is cut but what shows that it is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { writeAll } from "../lib/chat.mjs";
import { open, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { ADMINISTRATOR, createMeeting, idOf, setUp } from "../lib/people.mjs";
import { eventually, join, write } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const SMALL = { width: 360, height: 740 };
const LARGE = { width: 1440, height: 900 };
const LONG = "W".repeat(60);
const TITLE = "M".repeat(120);
const HEBREW = "שרה בן־דוד";
const SIGNS = "🦊🐻 🌻";
const MESSAGES = ["w".repeat(2000), `https://example.org/${"a".repeat(500)}`, "שלום לכולם, how are you?"];
/** Until a page is laid out anew. */
const PATIENCE = 15_000;

let browser;
let server;
let owner;
let link;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  owner = await openVisitor(browser);
  await owner.whenever(measures);
  await setUp(owner, server, { ...ADMINISTRATOR, name: LONG });
  await createMeeting(owner, server, { title: "ישיבה שבועית" });
  link = await createMeeting(owner, server, { title: TITLE });
  for (const name of [LONG, HEBREW, SIGNS]) await writeAll(browser, link, name, MESSAGES);
});

after(async () => {
  await browser.close();
  await server.remove();
});

/** Waits until what is shown fits into a small window, and into a large one. */
async function fits(visitor, what) {
  for (const size of [SMALL, LARGE]) {
    await visitor.page.setViewportSize(size);
    const isIn = async () => {
      const faults = await visitor.page.evaluate(() => globalThis.outside(document.body));
      return faults.length === 0 || faults;
    };
    await eventually(visitor, `has ${what} within ${size.width} px`, isIn, PATIENCE);
  }
}

/** Has `deed` done, and wants what is read of it at this place, for a moment, to fit into a small window. */
async function fitsAtOnce({ page }, place, text, deed) {
  await page.setViewportSize(SMALL);
  const measured = page.evaluate(outsideOnceRead, [place, text]);
  await deed();
  assert.deepEqual(await measured, []);
}

// The functions below run in the browser.

/** For the page: `outside`, what in this element lies outside of the window, or is cut and does not show it. */
function measures() {
  const fault = (element) => {
    const { left, right, width } = element.getBoundingClientRect();
    // What is only read aloud has no width to speak of.
    if (width <= 1 || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return undefined;
    const { overflowX, textOverflow } = getComputedStyle(element);
    const isField = element.matches("input, select, textarea");
    const isCut = overflowX !== "visible" && textOverflow !== "ellipsis" && !isField;
    const excess = isCut ? element.scrollWidth - element.clientWidth : 0;
    if (left >= -1 && right <= innerWidth + 1 && excess <= 1) return undefined;
    return `${element.localName}.${element.getAttribute("class")}: from ${left} to ${right}, ${excess} cut`;
  };
  globalThis.outside = (root) => [root, ...root.querySelectorAll("*")].map(fault).filter(Boolean);
}

/** Waits until this text is at that place, and tells what of it lies outside. */
async function outsideOnceRead([place, text]) {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (;;) {
    const root = document.querySelector(place);
    if (root?.innerText.includes(text)) return globalThis.outside(root);
    await frame();
  }
}

test("on the pages", async () => {
  const pages = {
    "the meetings": "/meetings",
    "a new meeting": `/meetings?created=${idOf(link)}`,
    "the question before deleting": `/meetings?delete=${idOf(link)}`,
    "the settings": `/meetings/${idOf(link)}/settings`,
    "the chat": `/meetings/${idOf(link)}/chat`,
    "the account": "/account",
    "the people": "/people",
    "the door": `/c/${idOf(link)}`,
  };
  for (const [what, path] of Object.entries(pages)) {
    await open(owner, `${server.origin}${path}`);
    await fits(owner, what);
  }
});

test("in the room, with what is said, asked and written there", async () => {
  await join(owner, link, { name: LONG });
  const guests = [];
  for (const name of [HEBREW, SIGNS, LONG]) {
    const guest = await openVisitor(browser);
    guests.push(guest);
    await fitsAtOnce(owner, ".room-said", `${name} joined`, () => join(guest, link, { name }));
    await guest.press("Raise hand");
    await guest.press("React");
    await fitsAtOnce(owner, ".reactions", name, () => guest.press("👏"));
  }
  await owner.page.getByRole("banner").getByText(SIGNS).waitFor();
  await fits(owner, "who wants to speak");
  await guests[2].press("Chat");
  for (const message of MESSAGES) {
    await fitsAtOnce(owner, ".glimpses", message.slice(0, 100), () => write(guests[2], message));
  }
  await owner.press("Chat");
  await owner.page.getByLabel("Message to everyone", { exact: true }).fill(MESSAGES[0]);
  await fits(owner, "the chat");
  await owner.page.keyboard.press("Escape");
  await owner.press("People");
  const name = owner.page.getByRole("complementary", { name: "People" }).getByText(HEBREW);
  await name.waitFor();
  await fits(owner, "the people");
  assert.equal(await name.evaluate((it) => getComputedStyle(it).direction), "rtl", "it would be cut where it begins");
  assert.deepEqual(owner.complaints, []);
});
