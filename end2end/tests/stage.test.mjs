// What is seen and done on the stage: reactions, pins, voices, keys, what is unread, a phone. Three people in one room, of
// whom Ann made the meeting.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST, fakeScreen, paintings, SCREEN_COLOUR } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, join, sees, seesNoMore, tiles, write } from "../lib/room.mjs";
import { seesAlike, seesLarge, tile } from "../lib/tiles.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const [ANN, BEN, CLEO] = [CAST.ann.name, CAST.ben.name, CAST.cleo.name];
/** Looks in a row without a ring, after which somebody is silent: between two syllables there is none either. */
const QUIET_LOOKS = 10;

let server;
let people = [];
let ann;
let ben;
let cleo;

before(async () => {
  const meeting = await openMeeting("On stage");
  ({ server } = meeting);
  people = await Promise.all([
    openPerson(CAST.ann, { storageState: meeting.storageState }),
    // So that a time on his wall is not one on the server's.
    openPerson(CAST.ben, { timezoneId: "Asia/Kolkata" }),
    openPerson(CAST.cleo),
  ]);
  [ann, ben, cleo] = people;
  await ann.whenever(paintings);
  await ann.whenever(fakeScreen, SCREEN_COLOUR);
  for (const person of people) await join(person, meeting.link);
  for (const viewer of people) {
    for (const { person } of others(viewer)) await sees(viewer, person.name, person.colour);
  }
});

after(async () => {
  for (const person of people) await person.leave();
  await server?.remove();
});

function others(viewer) {
  return people.filter((person) => person !== viewer);
}

/** Turns a microphone on or off, and waits until everybody else is told. */
async function turnMicrophone(person, on) {
  await person.press(`Turn microphone ${on ? "on" : "off"}`);
  for (const viewer of others(person)) await seesMuted(viewer, person.person.name, !on);
}

/** Waits until a tile has the sign of whoever is muted, or has it no more. */
async function seesMuted(viewer, name, muted) {
  await tile(viewer, name).getByText("muted").waitFor({ state: muted ? "attached" : "detached" });
}

/** The tile of this name, while the ring of whoever speaks is around it. */
function ring(viewer, name) {
  return tile(viewer, name).and(viewer.page.locator(".tile-speaks"));
}

async function seesNoRing(viewer, name) {
  let quiet = 0;
  await eventually(viewer, `sees no ring around ${name}`, async () => {
    quiet = (await ring(viewer, name).count()) === 0 ? quiet + 1 : 0;
    return quiet >= QUIET_LOOKS || quiet;
  });
}

/** Takes the keyboard away from whatever has it, so that keys are the room's. */
async function letGo({ page }) {
  await page.evaluate(() => document.activeElement.blur());
}

function button({ page }, name, state = {}) {
  return page.getByRole("button", { name, exact: true, ...state });
}

function panel({ page }, name) {
  return page.getByRole("complementary", { name });
}

test("a reaction is seen by everybody, with the emoji that was picked and whose it is, and goes by itself", async () => {
  for (const [person, emoji] of [[ann, "👏"], [ben, "🎉"]]) {
    const floating = ({ page }) =>
      page.locator(".reaction").filter({ hasText: emoji }).filter({ hasText: person.person.name }).first();
    const react = async () => {
      await person.press("React");
      await person.page.getByRole("button").filter({ hasText: emoji }).first().click();
    };
    // Looked for before it is there, because it does not stay.
    await Promise.all([...people.map((viewer) => floating(viewer).waitFor()), react()]);
    for (const viewer of people) await floating(viewer).waitFor({ state: "detached" });
  }
});

test("whoever is pinned is by far the largest, for whoever pinned them, until they are loosened", async () => {
  const pin = (name) => tile(ann, name).getByRole("button", { name: `Pin ${name}`, exact: true });
  await seesAlike(ann, 3);
  for (const { name, colour } of [CAST.ben, CAST.cleo]) {
    await pin(name).click();
    await seesLarge(ann, name);
    await sees(ann, name, colour);
  }
  await seesAlike(ben, 3);
  await tile(ann, CLEO).getByRole("button", { name: `Unpin ${CLEO}`, pressed: true }).click();
  await seesAlike(ann, 3);
});

test("the speaker's view shows whoever speaks large, one after the other", async () => {
  for (const person of [ann, ben]) await turnMicrophone(person, false);
  await ann.press("Layout: Speaker view");
  await seesLarge(ann, CLEO);
  await turnMicrophone(cleo, false);
  await turnMicrophone(ben, true);
  await seesLarge(ann, BEN);
  await ann.press("Layout: Grid view");
  await seesAlike(ann, 3);
  for (const person of [ann, cleo]) await turnMicrophone(person, true);
});

test("a ring is around whoever speaks, and gone once they are muted, the last one's too", async () => {
  for (const viewer of [ann, cleo]) await ring(viewer, BEN).waitFor();
  await ring(ben, "You").waitFor();
  await turnMicrophone(ben, false);
  for (const viewer of [ann, cleo]) await seesNoRing(viewer, BEN);
  await ring(ann, CLEO).waitFor();
  for (const person of [ann, cleo]) await turnMicrophone(person, false);
  await seesNoRing(ben, CLEO);
  for (const person of people) await turnMicrophone(person, true);
  await ring(ann, BEN).waitFor();
});

test("one's own picture is a mirror, those of the others are not", async () => {
  const isMirrored = (viewer, name) =>
    tile(viewer, name).locator("video").evaluate((video) => new DOMMatrix(getComputedStyle(video).transform).a < 0);
  for (const viewer of people) {
    assert.equal(await isMirrored(viewer, "You"), true);
    for (const { person } of others(viewer)) assert.equal(await isMirrored(viewer, person.name), false, person.name);
  }
});

test("without a picture initials are shown, without sound the sign of it, to oneself too", async () => {
  const hasPicture = () =>
    tile(ann, BEN).evaluate((shown) => {
      const video = shown.querySelector("video");
      return video !== null && getComputedStyle(video).opacity !== "0";
    });
  await eventually(ann, "sees Ben's picture", hasPicture);
  await ben.press("Turn camera off");
  await eventually(ann, "sees no picture of Ben", async () => !(await hasPicture()));
  await tile(ann, BEN).getByText("BB", { exact: true }).waitFor();
  await seesMuted(ben, "You", false);
  await turnMicrophone(ben, false);
  await seesMuted(ben, "You", true);
  await seesMuted(ann, CLEO, false);
  await turnMicrophone(ben, true);
  await seesMuted(ben, "You", false);
  await ben.press("Turn camera on");
  await sees(ann, BEN, CAST.ben.colour);
  await eventually(ann, "sees Ben's picture again", hasPicture);
});

test("M and V turn microphone and camera off and on", async () => {
  const { keyboard } = ann.page;
  await letGo(ann);
  for (const muted of [true, false]) {
    await keyboard.press("m");
    await button(ann, `Turn microphone ${muted ? "on" : "off"}`).waitFor();
    await seesMuted(ben, ANN, muted);
  }
  await keyboard.press("v");
  await button(ann, "Turn camera on").waitFor();
  await seesNoMore(ben, ANN);
  await keyboard.press("v");
  await sees(ben, ANN, CAST.ann.colour);
});

test("whoever is muted talks for as long as Space is held", async () => {
  await turnMicrophone(ann, false);
  await letGo(ann);
  await ann.page.keyboard.down("Space");
  await seesMuted(ben, ANN, false);
  await ring(ben, ANN).waitFor();
  await ann.page.keyboard.up("Space");
  await seesMuted(ben, ANN, true);
  await button(ann, "Turn microphone on").waitFor();
  await turnMicrophone(ann, true);
});

test("S shares and stops, H raises and lowers the hand, L changes the layout", async () => {
  const { keyboard } = ann.page;
  await letGo(ann);
  await keyboard.press("s");
  await sees(ben, `${ANN}'s screen`, SCREEN_COLOUR);
  await keyboard.press("s");
  await tile(ben, `${ANN}'s screen`).waitFor({ state: "detached" });
  // Who wants to speak is said at the head of the room.
  const raised = ben.page.getByRole("banner").getByText(ANN);
  await keyboard.press("h");
  await raised.waitFor();
  await button(ann, "Raise hand", { pressed: true }).waitFor();
  await keyboard.press("h");
  await raised.waitFor({ state: "detached" });
  await keyboard.press("l");
  await button(ann, "Layout: Grid view").waitFor();
  await keyboard.press("l");
  await seesAlike(ann, 3);
});

test("C, P, W and ? open the chat, the people, what is wrong and the keys, and close them again", async () => {
  const { keyboard } = ann.page;
  await letGo(ann);
  for (const [key, name, away] of [["c", "Chat", "Escape"], ["p", "People", "p"], ["w", "What's wrong?", "w"]]) {
    await keyboard.press(key);
    await panel(ann, name).waitFor();
    if (key === "c") await ann.page.waitForFunction(() => document.activeElement.matches("textarea"));
    await keyboard.press(away);
    await panel(ann, name).waitFor({ state: "detached" });
  }
  await keyboard.press("?");
  const keys = ann.page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await keys.waitFor();
  await keyboard.press("Escape");
  await keys.waitFor({ state: "detached" });
});

test("while somebody types, the keys are letters", async () => {
  await letGo(ann);
  await ann.page.keyboard.press("c");
  await ann.page.waitForFunction(() => document.activeElement.matches("textarea"));
  await ann.page.keyboard.type("mvh slp?");
  const field = ann.page.getByRole("textbox", { name: "Message to everyone" });
  assert.equal(await field.inputValue(), "mvh slp?");
  await button(ann, "Turn microphone off").waitFor();
  await button(ann, "Turn camera off").waitFor();
  await button(ann, "Raise hand", { pressed: false }).waitFor();
  assert.equal(await ann.page.getByRole("dialog").count(), 0);
  await field.fill("");
  await field.press("Escape");
  await panel(ann, "Chat").waitFor({ state: "detached" });
});

test("what comes while the chat is closed is counted on its button, until it is opened", async () => {
  await ann.press("Chat");
  for (const [count, text] of [[1, "First"], [2, "Second"]]) {
    await write(ann, text);
    await button(ben, `Chat, ${count} unread`).getByText(`${count}`, { exact: true }).waitFor();
  }
  await ben.press("Chat");
  const read = button(ben, "Chat");
  await read.waitFor();
  assert.equal(await read.getByText(/\d/).count(), 0);
  await write(ann, "Third");
  await ben.page.getByRole("log").getByText("Third").waitFor();
  await read.waitFor();
});

test("an address in the chat opens elsewhere and is told nothing; a message has the time of its reader's wall", async () => {
  await write(ann, "See https://example.org/agenda, please");
  const message = ben.page.getByRole("log").getByRole("article").filter({ hasText: "example.org" });
  const link = message.getByRole("link");
  assert.equal(await link.innerText(), "https://example.org/agenda");
  const { href, target, rel } = await link.evaluate((shown) => ({ href: shown.href, target: shown.target, rel: shown.rel }));
  assert.deepEqual({ href, target }, { href: "https://example.org/agenda", target: "_blank" });
  for (const word of ["noopener", "noreferrer"]) assert.ok(rel.split(" ").includes(word), rel);
  const time = await message.locator("time").evaluate((shown) => ({ at: shown.dateTime, said: shown.innerText }));
  // India is half an hour off everybody's clock, so that no other zone can be taken for it.
  const wall = new Date(Date.parse(time.at) + (5 * 60 + 30) * 60_000);
  assert.equal(time.said, `${wall.getUTCHours()}:${String(wall.getUTCMinutes()).padStart(2, "0")}`, time.at);
  for (const person of [ann, ben]) await person.press("Chat");
});

test("SM-4 SM-11 on a phone the open chat leaves somebody's picture to be seen, and it goes on", async () => {
  await cleo.page.setViewportSize(PHONE);
  await cleo.press("Chat");
  await panel(cleo, "Chat").waitFor();
  let before = new Map();
  await eventually(cleo, "sees somebody beside the chat", async () => {
    const free = await cleo.page.evaluate(uncovered);
    const seen = (await tiles(cleo)).filter(({ name, inside }) => inside && name !== "You" && free.includes(name));
    const moves = seen.some(({ name, pictures }) => pictures > before.get(name));
    before = new Map(seen.map(({ name, pictures }) => [name, pictures]));
    return moves || { free, seen };
  });
  await write(cleo, "From a phone");
  await cleo.page.getByRole("log").getByText("From a phone").waitFor();
  await panel(cleo, "Chat").getByRole("button", { name: "Close" }).click();
  await panel(cleo, "Chat").waitFor({ state: "detached" });
  await cleo.page.setViewportSize(DESKTOP);
});

test("with somebody pinned the layout's button leads back to the grid, as it says", async () => {
  await tile(ann, BEN).getByRole("button", { name: `Pin ${BEN}`, exact: true }).click();
  await seesLarge(ann, BEN);
  await button(ann, "Layout: Grid view").click();
  await button(ann, "Layout: Speaker view").waitFor();
  await seesAlike(ann, 3);
});

test("TCC-65 whoever made the meeting ends it for all: the others read who did, and can come back", async () => {
  const heading = ({ page }, name) => page.getByRole("heading", { name });
  await ann.press("Leave");
  const question = ann.page.getByRole("dialog", { name: "Leave the meeting?" });
  await question.getByRole("button", { name: "End for everyone" }).click();
  await heading(ann, "You ended the meeting").waitFor();
  for (const person of [ben, cleo]) {
    await heading(person, "The meeting has ended").waitFor();
    await person.page.getByText("The organiser ended the meeting").waitFor();
    await button(person, "Join again").waitFor();
  }
  for (const person of people) assert.deepEqual(person.complaints, []);
});

/** The names of the tiles over which nothing lies. Runs in the browser. */
function uncovered() {
  const isFree = (shown) => {
    const { x, y, width, height } = shown.getBoundingClientRect();
    const at = [[0.5, 0.5], [0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];
    return at.every(([right, down]) => shown.contains(document.elementFromPoint(x + right * width, y + down * height)));
  };
  return [...document.querySelectorAll(".tile")].filter(isFree).map((shown) => shown.getAttribute("aria-label"));
}
