// Bad lines: the promises that hold on any machine; `node end2end/bench/network.mjs` measures how well.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { hears, join } from "../lib/room.mjs";
import { watch } from "../lib/watch.mjs";
import { Way } from "../lib/way.mjs";

const WATCHED = 8;

let server;
let way;
let ann;
let ben;

before(async () => {
  let link;
  ({ server, link } = await openMeeting("Bad lines"));
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
