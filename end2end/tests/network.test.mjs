// The way between browser and server: one that is not secure, and one that changes under a running meeting.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openPerson, openVisitor } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { photograph } from "../lib/gallery.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, join, meet, reads, readsNoMore, sees } from "../lib/room.mjs";
import { Way } from "../lib/way.mjs";

/** A name that is not this machine's, for all that a browser knows. */
const ELSEWHERE = "meet.example.test";

let server;
let link;

before(async () => {
  ({ server, link } = await openMeeting("On the move"));
});

after(() => server.remove());

test("SM-16 without a secure connection the page says what is needed and by whom, and lets nobody in", async () => {
  const browser = await openBrowser([`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`]);
  const visitor = await openVisitor(browser);
  for (const address of [link, `${link}#app=1`]) {
    await visitor.goto(address.replace("127.0.0.1", ELSEWHERE));
    assert.equal(await visitor.page.evaluate(() => isSecureContext), false);
    await reads(visitor, "On the move");
    await reads(visitor, "A meeting needs a secure connection, and this page has none");
    await reads(visitor, "For the administrator of this server: set tls.certificate and tls.key");
    assert.equal(await visitor.page.getByRole("button", { name: "Join" }).count(), 0);
  }
  assert.deepEqual(await photograph(visitor.page, "before-meeting-insecure"), []);
  // A header that says who may hold this window is sent, and Chromium says that it means nothing here.
  assert.deepEqual(visitor.complaints.filter((complaint) => !complaint.includes("Cross-Origin-Opener-Policy")), []);
  await browser.close();
});

test("a change of network: the others see who is away, the seat is kept, and all is as before without a press", async () => {
  const way = await Way.open(server);
  const [ann, ben] = [await openPerson(CAST.ann), await openPerson(CAST.ben)];
  await way.guide(ben);
  await join(ann, link);
  await join(ben, link.replace(server.origin, way.origin));
  await ben.press("Raise hand");
  await sees(ann, CAST.ben.name, CAST.ben.colour);
  await sees(ben, CAST.ann.name, CAST.ann.colour);
  const seat = await seatOf(ann, CAST.ben.name);

  way.cut();
  await ben.context.setOffline(true);
  await reads(ben, "Your seat is kept; nothing to do.");
  await eventually(ann, "sees that Ben is away", () => tileReads(ann, seat, "Reconnecting"));
  way.mend();
  await ben.context.setOffline(false);

  await readsNoMore(ben, "Your seat is kept");
  await eventually(ann, "sees Ben back in the same seat", async () => !(await tileReads(ann, seat, "Reconnecting")));
  assert.equal(await seatOf(ann, CAST.ben.name), seat);
  await meet([ann, ben]);
  await ann.page.locator(`[data-participant="${seat}"] .tile-hand`).waitFor({ state: "attached" });
  for (const person of [ann, ben]) await person.leave();
  way.close();
});

/** The seat whose tile has this name. */
function seatOf({ page }, name) {
  return page.locator(`.tile[aria-label="${name}"]`).getAttribute("data-participant");
}

async function tileReads({ page }, seat, text) {
  return (await page.locator(`[data-participant="${seat}"]`).innerText()).includes(text);
}
