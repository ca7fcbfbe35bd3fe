// Programs in a meeting: GStreamer publishes by WHIP and watches by WHEP, with tokens of the settings page.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, openBrowser, openPerson, openVisitor } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openFirefoxPerson } from "../lib/firefox.mjs";
import { photograph } from "../lib/gallery.mjs";
import { Program } from "../lib/gstreamer.mjs";
import { createMeeting, idOf, setUp } from "../lib/people.mjs";
import { hears, join, reads, sees, seesNoMore } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const HALL = { ...CAST.ben, name: "Main hall" };

let server;
let browser;
let owner;
let link;
let ann;
let hall;
let fox;
let whip;
let whep;
const tokens = {};
const programs = [];

before(async () => {
  server = await Server.start();
  browser = await openBrowser();
  owner = await openVisitor(browser);
  await setUp(owner, server);
  link = await createMeeting(owner, server, { title: "On air" });
  whip = `${server.origin}/whip/${idOf(link)}`;
  whep = `${server.origin}/whep/${idOf(link)}`;
});

after(async () => {
  for (const program of programs) await program.kill();
  await ann?.leave();
  await fox?.leave().catch(() => {});
  await browser.close();
  await server.remove();
});

const settings = () => `${server.origin}/meetings/${idOf(link)}/settings`;

/** Makes a token with the card and reads it there. */
async function makeToken({ page }, name, grant) {
  await page.getByLabel("Name of the program").fill(name);
  await page.getByLabel("What it may do").selectOption(grant);
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByRole("button", { name: `Revoke: ${name}` }).waitFor();
  return page.getByRole("textbox", { name: "New token" }).inputValue();
}

for (const scripts of [true, false]) {
  describe(scripts ? "tokens" : "tokens without scripts", () => {
    test("a token is made, shown once, listed and taken back", async () => {
      const visitor = await openVisitor(browser, { scripts, storageState: await owner.context.storageState() });
      const { page } = visitor;
      await open(visitor, settings());
      const token = await makeToken(visitor, "For a moment", "watch");
      assert.match(token, /^[\w-]{43}$/);
      assert.match(await page.getByRole("textbox", { name: "Address for the program" }).inputValue(), /\/whep\//);
      await open(visitor, settings());
      assert.equal(await page.getByText(token).count(), 0);
      assert.equal(await page.getByRole("textbox", { name: "New token" }).count(), 0);
      await page.getByRole("button", { name: "Revoke: For a moment" }).click();
      await page.getByRole("button", { name: "Revoke: For a moment" }).waitFor({ state: "detached" });
      assert.deepEqual(visitor.complaints, []);
      await visitor.context.close();
    });
  });
}

test("the card is looked at", async () => {
  await open(owner, settings());
  tokens.watch = await makeToken(owner, "Wall in the lobby", "watch");
  await open(owner, settings());
  tokens.publish = await makeToken(owner, HALL.name, "publish");
  assert.deepEqual(await photograph(owner.page, "settings-streams", { at: "#streams-title" }), []);
});

test("whoever publishes by WHIP is seen and heard on a tile like any other", async () => {
  ann = await openPerson(CAST.ann);
  await join(ann, link);
  hall = Program.publish(whip, tokens.publish, HALL);
  programs.push(hall);
  await hall.isConnected();
  await sees(ann, HALL.name, HALL.colour);
  await hears(ann, HALL);
});

test("whoever watches by WHEP gets sound and picture of the one that was asked for", async () => {
  const wall = Program.watch(`${whep}/${encodeURIComponent(CAST.ann.name)}`, tokens.watch, ["VP8"]);
  programs.push(wall);
  await wall.sees(1, CAST.ann.colour);
  await wall.hears(0);
  assert.equal(await wall.end(), 200);
});

test("a browser that cannot decode what a program sends says so instead of showing nothing", async () => {
  fox = await openFirefoxPerson(CAST.cleo);
  await join(fox, link);
  await sees(fox, CAST.ann.name, CAST.ann.colour);
  await reads(fox, "Your browser cannot show this video");
  await fox.leave();
});

test("whoever deletes its stream is gone, and so is whose token is taken back", async () => {
  assert.equal(await hall.end(), 200);
  await seesNoMore(ann, HALL.name);
  const again = Program.publish(whip, tokens.publish, HALL);
  programs.push(again);
  await sees(ann, HALL.name, HALL.colour);
  await open(owner, settings());
  await owner.page.getByRole("button", { name: `Revoke: ${HALL.name}` }).click();
  await seesNoMore(ann, HALL.name);
  assert.deepEqual(ann.complaints, []);
});
