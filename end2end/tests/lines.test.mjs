// Bad lines: the promises that hold on any machine; `node end2end/bench/network.mjs` measures how well.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openPerson, openVisitor } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { createMeeting, setUp } from "../lib/people.mjs";
import { hears, join } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";
import { watch } from "../lib/watch.mjs";
import { Way } from "../lib/way.mjs";

const WATCHED = 8;

let server;
let way;
let ann;
let ben;

before(async () => {
  server = await Server.start();
  const browser = await openBrowser();
  const owner = await openVisitor(browser);
  await setUp(owner, server);
  const link = await createMeeting(owner, server, { title: "Bad lines" });
  await browser.close();
  way = await Way.open(server);
  [ann, ben] = [await openPerson({ ...CAST.ann, lively: true }), await openPerson(CAST.ben)];
  await way.guide(ben);
  await join(ann, link);
  await join(ben, link);
  await hears(ben, CAST.ann);
});

after(async () => {
  for (const person of [ann, ben]) await person?.leave();
  way?.close();
  await server?.remove();
});

function shape(limits) {
  for (const lane of [way.down, way.up]) lane.shape({ delay: 20, ...limits });
}

test("when a tenth of everything is lost the sound never breaks", async () => {
  shape({ loss: 0.1 });
  const { concealed, longestSilence } = await watch(ben, WATCHED);
  assert.ok(longestSilence < 1, `${longestSilence} s without sound`);
  assert.ok(concealed < 10, `${concealed} % of the sound was made up`);
  shape({});
});
