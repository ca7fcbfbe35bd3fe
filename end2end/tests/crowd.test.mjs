// More people than one page of slots: the grid grows, the slots grow with it, a phone turns pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openPerson, openVisitor } from "../lib/chromium.mjs";
import { Crowd, CROWD, LARGE_CROWD } from "../lib/crowd.mjs";
import { CAST } from "../lib/fakes.mjs";
import { photograph } from "../lib/gallery.mjs";
import { createMeeting, setUp } from "../lib/people.mjs";
import { eventually, join, tiles } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740 };
const LARGE = { width: 1920, height: 1080 };
const SMALL = { width: 800, height: 600 };
const COLOURS = new Map([["You", CAST.ann.colour], ...CROWD.map(({ name, colour }) => [name, colour])]);

let server;
let link;
let ann;
let few;
let many;

before(async () => {
  server = await Server.start();
  const browser = await openBrowser();
  const owner = await openVisitor(browser);
  await setUp(owner, server);
  link = await createMeeting(owner, server, { title: "Everybody" });
  few = await Crowd.join(owner, server, link, CROWD.slice(0, 8));
  await browser.close();
  ann = await openPerson(CAST.ann, { viewport: DESKTOP });
  await join(ann, link);
});

after(async () => {
  await ann?.leave();
  await few?.leave();
  await many?.leave();
  await server.remove();
});

/**
 * Waits until every tile shows the right person, moving, inside the window and over no other; tells who is shown. Without
 * `count` as many are right as are shown twice in a row.
 */
async function everyTileIsRight(count) {
  // The fewest pictures that each was seen to have shown: on a busy machine not all of them move between two looks.
  const least = new Map();
  let names = [];
  await eventually(ann, `sees ${count ?? "all"} people of the page, each in a tile`, async () => {
    const shown = await tiles(ann);
    const faults = [...misplaced(shown), ...shown.flatMap((tile) => faultsOf(tile, least.get(tile.name)))];
    for (const { name, pictures } of shown) least.set(name, Math.min(pictures, least.get(name) ?? pictures));
    const before = names;
    names = shown.map(({ name }) => name);
    const whole = names.length > 0 && names.length === (count ?? before.length) && names.join() === before.join();
    return (whole && faults.length === 0) || [`${shown.length} tiles`, ...faults];
  });
  return names;
}

function faultsOf({ name, colour, pictures }, least) {
  const faults = [];
  if (!(pictures > least)) faults.push(`${name} does not move`);
  if (nearest(colour) !== name) faults.push(`${name} looks like ${nearest(colour)}: ${colour}`);
  return faults;
}

function nearest(colour) {
  const distance = (other) => other.reduce((sum, value, channel) => sum + (value - colour[channel]) ** 2, 0);
  return [...COLOURS].sort(([, one], [, other]) => distance(one) - distance(other))[0][0];
}

function overlap(one, other) {
  const apart = (start, size) => one[start] + one[size] <= other[start] || other[start] + other[size] <= one[start];
  return !apart("x", "width") && !apart("y", "height");
}

test("nine people are on one page, each of them seen", async () => {
  const names = await everyTileIsRight(9);
  assert.equal(new Set(names).size, 9);
  await isOnePage();
});

test("with 25 the grid and the slots have grown: everybody is still on one page and seen", async () => {
  const browser = await openBrowser();
  const visitor = await openVisitor(browser);
  await visitor.goto(server.origin);
  many = await Crowd.join(visitor, server, link, CROWD.slice(8));
  await browser.close();
  const names = await everyTileIsRight(25);
  assert.deepEqual(new Set(names), new Set(COLOURS.keys()));
  await isOnePage();
});

test("among so many somebody is found by a part of the name, however it is spelt", async () => {
  await ann.press("People");
  const panel = ann.page.getByRole("complementary", { name: "People" });
  await panel.getByRole("heading", { name: "People 25" }).waitFor();
  await ann.fill("Find somebody by name", "jimenez");
  await eventually(ann, "finds Rosa", async () => {
    const lines = await panel.getByRole("listitem").allInnerTexts();
    return (lines.length === 1 && lines[0].includes("Rosa Jiménez")) || lines;
  });
  await ann.fill("Find somebody by name", "nobody at all");
  await panel.getByText("Nobody here has such a name.").waitFor();
  await ann.fill("Find somebody by name", "");
  assert.deepEqual(await photograph(ann.page, "room-people-many"), []);
  await ann.page.setViewportSize(DESKTOP);
  await ann.press("People");
});

test("a phone shows them on pages, every one of them once", async () => {
  await ann.page.setViewportSize(PHONE);
  await eventually(ann, "sees the first of several pages", async () => (await pages())?.page === 1);
  const seen = await everyTileIsRight();
  const { count } = await pages();
  for (let page = 2; page <= count; page += 1) {
    await ann.press("More people");
    await eventually(ann, "turned the page", async () => (await pages()).page === page);
    seen.push(...(await everyTileIsRight()));
  }
  assert.equal(seen.length, 25);
  assert.deepEqual(new Set(seen), new Set(COLOURS.keys()));
});

test("the full room is looked at", async () => {
  assert.deepEqual(await photograph(ann.page, "room-crowd"), []);
});

test("when most have left, the pages are gone and the others are seen", async () => {
  await ann.page.setViewportSize(PHONE);
  await many.leave();
  many = undefined;
  await everyTileIsRight(9);
  await isOnePage();
  assert.deepEqual(ann.complaints, []);
});

test("SM-11 49 people fill one page of a large window, none over another, and turn into pages in a small one", async () => {
  await ann.page.setViewportSize(LARGE);
  const browser = await openBrowser();
  const visitor = await openVisitor(browser);
  await visitor.goto(server.origin);
  many = await Crowd.join(visitor, server, link, LARGE_CROWD.slice(8));
  await browser.close();
  await fillsOnePage();
  await ann.page.setViewportSize(SMALL);
  await eventually(ann, "sees several pages, none over its edge", async () => {
    const [turned, shown] = [await pages(), await tiles(ann)];
    const faults = misplaced(shown);
    return (turned?.count > 1 && shown.length < 49 && faults.length === 0) || [turned, shown.length, ...faults];
  });
  await ann.page.setViewportSize(LARGE);
  await fillsOnePage();
});

test("each of the 49 shows its own picture", async () => {
  await eventually(ann, "sees 49 pictures", async () => {
    const shown = await tiles(ann);
    // Two of them have each colour.
    const others = ({ name, colour }) => nearest(colour) !== name.replace(/ II$/, "");
    const faults = shown.filter((tile) => tile.pictures === 0 || others(tile)).map(({ name, pictures }) => [name, pictures]);
    return (shown.length === 49 && faults.length === 0) || [shown.length, ...faults];
  });
  assert.deepEqual(ann.complaints, []);
});

/** Waits until 49 people have a tile each, all of them on one page. */
async function fillsOnePage() {
  await eventually(ann, "sees 49 tiles on one page", async () => {
    const shown = await tiles(ann);
    const [names, faults] = [new Set(shown.map(({ name }) => name)), misplaced(shown)];
    const isOnePage = names.size === 49 && shown.length === 49 && (await pages()) === null;
    return (isOnePage && faults.length === 0) || [shown.length, names.size, ...faults];
  });
}

/** Tiles that leave the window, hide their name or lie on another one. */
function misplaced(shown) {
  return shown.flatMap((tile, at) => {
    const faults = shown.slice(0, at).filter((other) => overlap(tile, other)).map(({ name }) => `${tile.name} on ${name}`);
    if (!tile.inside) faults.push(`${tile.name} is not in the window`);
    if (!tile.legend) faults.push(`${tile.name} has no name on the tile`);
    return faults;
  });
}

async function isOnePage() {
  await eventually(ann, "has one page", async () => (await pages()) === null);
}

/** Which page is shown, of how many; null when there is only one. */
async function pages() {
  const shown = ann.page.locator(".pages span");
  if ((await shown.count()) === 0) return null;
  const [page, count] = (await shown.innerText()).split("/").map(Number);
  return { page, count };
}
