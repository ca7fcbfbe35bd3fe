// A meeting that is spread over two workers of the server: nobody notices.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, join, meet, reads, sees, seesNoMore } from "../lib/room.mjs";
import { mediaHere } from "../lib/server.mjs";
import { waysInUse } from "../lib/stats.mjs";

/** Half as long as a seat is kept for whoever lost the connection, in milliseconds. */
const MOMENT = 30_000;

let server;
let link;
let ann;
let ben;

before(async () => {
  ({ server, link } = await openMeeting("Two workers", "", mediaHere("workers = 2\nseats_per_worker = 1")));
  [ann, ben] = [await openPerson(CAST.ann), await openPerson(CAST.ben)];
});

after(async () => {
  for (const person of [ann, ben]) await person?.leave();
  await server?.remove();
});

/** The port of the server that somebody's media goes to. */
async function port(person) {
  return (await waysInUse(person)).at(-1)?.remote.port;
}

test("people whose media goes to different workers see and hear each other", async () => {
  await join(ann, link);
  await join(ben, link);
  await meet([ann, ben]);
  assert.notEqual(await port(ann), await port(ben));
});

test("a camera that is turned off, and on again, is that for those at the other worker too", async () => {
  await ann.press("Turn camera off");
  await seesNoMore(ben, ann.person.name);
  await ann.press("Turn camera on");
  await sees(ben, ann.person.name, ann.person.colour);
});

test("who leaves is gone, and back at the worker that has room", async () => {
  const before = await port(ann);
  await ann.press("Leave");
  await seesNoMore(ben, ann.person.name);
  await ann.press("Join again");
  await sees(ben, ann.person.name, ann.person.colour);
  await sees(ann, ben.person.name, ben.person.colour);
  await eventually(ann, `goes to port ${before} again`, async () => {
    const now = await port(ann);
    return now === before || now;
  });
});

test("whoever closes the page is gone in a moment, and not kept a seat for", async () => {
  await ann.page.close();
  await reads(ben, "You are the only one here", MOMENT);
});
