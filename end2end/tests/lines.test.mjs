// Bad lines: the promises that hold on any machine; `node end2end/bench/network.mjs` measures how well.
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, hears, join } from "../lib/room.mjs";
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
  // A machine that stood still for a moment says nothing of the line: watched anew, until it did not.
  await eventually(ben, `hears unbroken sound for ${WATCHED} s, less than a tenth of it made up`, async () => {
    const { concealed, longestSilence } = await watch(ben, WATCHED);
    return (longestSilence < 1 && concealed < 10) || { concealed, longestSilence };
  });
  shape({});
});
