// Chromium and Firefox in one room.
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openFirefoxPerson } from "../lib/firefox.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, heardEnergy, hears, join, reads, sees } from "../lib/room.mjs";

let server;
let link;
let ann;
let dan;

before(async () => {
  ({ server, link } = await openMeeting("Two browsers"));
  ann = await openPerson(CAST.ann);
  dan = await openFirefoxPerson(CAST.dan);
});

after(async () => {
  await ann?.leave();
  await dan?.leave();
  await server.remove();
});

test("Chromium and Firefox see, hear and read each other", async () => {
  await join(ann, link);
  await join(dan, link);
  await sees(ann, CAST.dan.name, CAST.dan.colour);
  await sees(dan, CAST.ann.name, CAST.ann.colour);
  await hears(ann, CAST.dan);
  // Without a loudspeaker Firefox runs no analyser that could tell whose sound it is.
  await eventually(dan, "hears somebody", async () => (await heardEnergy(dan)) > 0);
  await dan.press("Chat");
  await dan.fill("Message to everyone", "Hello from the fox");
  await dan.press("Send");
  await ann.press("Chat");
  await reads(ann, "Hello from the fox");
});
