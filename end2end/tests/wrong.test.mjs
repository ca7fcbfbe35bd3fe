// What is wrong with a call: signs for connections that are not good, and words for the reason.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST, muffledDevices } from "../lib/fakes.mjs";
import { photograph } from "../lib/gallery.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, join, reads, readsNoMore, sees } from "../lib/room.mjs";
import { Way } from "../lib/way.mjs";

const FINE = "Nothing that can be seen from here";

let server;
let way;
let ann;
let ben;

before(async () => {
  let link;
  ({ server, link } = await openMeeting("Bad Wi-Fi"));
  [ann, ben] = [await openPerson(CAST.ann), await openPerson(CAST.ben)];
  await ann.whenever(muffledDevices);
  way = await Way.open(server);
  await way.guide(ben);
  await join(ann, link);
  await join(ben, link.replace(server.origin, way.origin));
  await sees(ann, CAST.ben.name, CAST.ben.colour);
  await sees(ben, CAST.ann.name, CAST.ann.colour);
});

after(async () => {
  for (const person of [ann, ben]) await person?.leave();
  way?.close();
  await server.remove();
});

/** The words of the sign on the tile of whoever is called so; none for a good connection. */
function signOn({ page }, name) {
  return page.evaluate((label) => {
    const sign = document.querySelector(`.tile[aria-label="${label}"] .sign`);
    return sign && (sign.getAttribute("aria-label") ?? sign.innerText.trim());
  }, name);
}

async function seesSign(person, name, pattern) {
  await eventually(person, `sees the sign ${pattern} on ${name}`, async () => {
    const words = await signOn(person, name);
    return (pattern ? pattern.test(words ?? "") : words === null) || words;
  });
}

function figure({ page }, name) {
  return page.locator(".figure", { has: page.getByText(name, { exact: true }) }).locator("dd").innerText();
}

test("with a good connection there is no sign, and the panel says that nothing is wrong, with the numbers behind it", async () => {
  await ann.press("More");
  await ann.page.getByRole("button", { name: "What's wrong?" }).click();
  await reads(ann, FINE);
  await eventually(ann, "reads numbers", async () => {
    const [sent, way, codecs] = [await figure(ann, "Sent"), await figure(ann, "Way"), await figure(ann, "Codecs")];
    return (/bit\/s/.test(sent) && way === "direct, UDP" && /VP8/.test(codecs)) || [sent, way, codecs];
  });
  await seesSign(ann, "You", null);
  assert.deepEqual(await photograph(ann.page, "room-nothing-wrong"), []);
  await ann.page.setViewportSize({ width: 1280, height: 800 });
  await ann.page.keyboard.press("Escape");
  await readsNoMore(ann, FINE);
});

test("losses put a sign on the tile for everybody and in the list of people, and the panel behind one's own names them", async () => {
  for (const lane of [way.up, way.down]) lane.shape({ loss: 0.2 });
  await seesSign(ann, CAST.ben.name, /^Poor connection$/);
  await ann.press("People");
  await ann.page.locator(".person", { hasText: CAST.ben.name }).getByText("Poor connection").waitFor({ state: "attached" });
  await ann.press("People");
  await ann.page.keyboard.press("w");
  await reads(ann, "The connection of others");
  await reads(ann, `It is not good for: ${CAST.ben.name}.`);
  await ann.page.keyboard.press("Escape");

  await seesSign(ben, "You", /^Poor connection: What's wrong\?$/);
  await ben.page.getByRole("button", { name: "Poor connection: What's wrong?" }).click();
  await reads(ben, "Your upload");
  await reads(ben, "Your download");
  assert.deepEqual(await photograph(ben.page, "room-wrong"), []);
  await ben.page.setViewportSize({ width: 1280, height: 800 });
  for (const lane of [way.up, way.down]) lane.shape({});
  await seesSign(ann, CAST.ben.name, null);
  await seesSign(ben, "You", null);
  await reads(ben, FINE);
});

test("a microphone or a camera that the system mutes is told from a bad connection", async () => {
  await ann.page.keyboard.press("w");
  await reads(ann, FINE);
  await ann.page.evaluate(() => {
    globalThis.mutedKind = "audio";
  });
  await reads(ann, "Your microphone is muted outside of this page");
  await ann.page.evaluate(() => {
    globalThis.mutedKind = "video";
  });
  await reads(ann, "Your camera is off outside of this page");
  await readsNoMore(ann, "Your microphone is muted");
  for (const person of [ann, ben]) assert.deepEqual(person.complaints, []);
});
