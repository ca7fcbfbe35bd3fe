// A shared screen: heard with what it plays, sent as what it is good for, larger than any face.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST, fakeScreenWithSound, paintings, SCREEN } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, hears, hearsNothing, join, sees, seesNoMore } from "../lib/room.mjs";
import { seesAlike, seesLarge, tile } from "../lib/tiles.mjs";

const ANNS_SCREEN = `${CAST.ann.name}'s screen`;

let server;
let people = [];
let ann;
let ben;

before(async () => {
  let link;
  ({ server, link } = await openMeeting("Look at this"));
  people = await Promise.all([CAST.ann, CAST.ben].map((person) => openPerson(person)));
  [ann, ben] = people;
  await ann.whenever(paintings);
  await ann.whenever(fakeScreenWithSound, SCREEN);
  for (const person of people) await join(person, link);
  await sees(ben, CAST.ann.name, CAST.ann.colour);
});

after(async () => {
  for (const person of people) await person.leave();
  await server?.remove();
});

async function share(kind) {
  await ann.press("Share your screen");
  await ann.page.getByRole("button", { name: kind }).click();
  await sees(ben, ANNS_SCREEN, SCREEN.colour);
}

async function stop() {
  await ann.press("Stop sharing");
  await seesNoMore(ben, ANNS_SCREEN);
  await tile(ben, ANNS_SCREEN).waitFor({ state: "detached" });
}

/** What the pictures that are sent are said to be good for, where that is said. */
function hints({ page }) {
  return page.evaluate(() =>
    globalThis.notedConnections
      .filter(({ connectionState }) => connectionState === "connected")
      .flatMap((connection) => connection.getSenders())
      .flatMap(({ track }) => (track?.kind === "video" && track.contentHint ? [track.contentHint] : [])),
  );
}

test("what a shared screen plays is heard by the others, although everybody is muted, and ends with it", async () => {
  for (const person of people) await person.press("Turn microphone off");
  await hearsNothing(ben);
  await share("Documents and slides");
  await hears(ben, SCREEN);
  await stop();
  await hearsNothing(ben);
  for (const person of people) await person.press("Turn microphone on");
  await hears(ben, CAST.ann);
});

test("a shared screen is by far the largest tile, for whoever shares it too, and is sent as what was chosen", async () => {
  const choices = { "Documents and slides": ["text", "detail"], "Video and animation": ["motion"] };
  for (const [kind, good] of Object.entries(choices)) {
    await share(kind);
    await seesLarge(ben, ANNS_SCREEN);
    await seesLarge(ann, "Your screen");
    await eventually(ann, `sends what is good for ${kind}`, async () => {
      const sent = await hints(ann);
      return (sent.length === 1 && good.includes(sent[0])) || sent;
    });
    await stop();
    await seesAlike(ben, 2);
    await eventually(ann, "sends no screen", async () => {
      const sent = await hints(ann);
      return sent.length === 0 || sent;
    });
  }
  for (const person of people) assert.deepEqual(person.complaints, []);
});
