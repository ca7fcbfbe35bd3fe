// What lies beside and over the tiles: the list of people, messages while the chat is closed, sheets on a phone, and a
// bar that makes room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST, fakeScreen, paintings, SCREEN_COLOUR } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, join, reads, sees, seesNoMore, tiles } from "../lib/room.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
/** What is left of it above the keyboard of the screen. */
const TYPING = { width: 360, height: 420 };

let server;
let link;
let ann;
let ben;

before(async () => {
  ({ server, link } = await openMeeting("Side by side"));
  [ann, ben] = await Promise.all([openPerson(CAST.ann), openPerson(CAST.ben)]);
  await ann.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ben.whenever(paintings);
  await ben.whenever(fakeScreen, SCREEN_COLOUR);
  for (const person of [ann, ben]) await join(person, link);
  await sees(ann, CAST.ben.name, CAST.ben.colour);
});

after(async () => {
  for (const person of [ann, ben]) await person?.leave();
  await server.remove();
});

function bar({ page }) {
  return page.getByRole("navigation", { name: "Controls" });
}

/** Where the lowest tile ends. */
async function lowest(visitor) {
  return Math.max(...(await tiles(visitor)).map(({ y, height }) => y + height));
}

/** Waits until what is found lies above the bar, and both in the window. */
async function liesAboveBar(visitor, what, found) {
  await eventually(visitor, `has ${what} above the bar`, async () => {
    const [box, controls] = [await found.boundingBox(), await bar(visitor).boundingBox()];
    const above = box.y >= 0 && box.y + box.height <= controls.y + 1;
    const inside = controls.y + controls.height <= visitor.page.viewportSize().height + 1;
    return (above && inside && (await bar(visitor).isVisible())) || { box, controls };
  });
}

async function writes(person, text) {
  await person.fill("Message to everyone", text);
  await person.press("Send");
}

test("the list of people tells who is muted and whose turn it is, pins them, and gives the link away", async () => {
  await ann.press("People");
  const panel = ann.page.getByRole("complementary", { name: "People" });
  const lines = panel.getByRole("listitem");
  await eventually(ann, "reads herself first", async () => {
    const [first, second] = await lines.allInnerTexts();
    const right = first.includes("You") && ["Ben Baker", "microphone on"].every((words) => second.includes(words));
    return right || [first, second];
  });
  await ben.press("Turn microphone off");
  await ben.press("Raise hand");
  await eventually(ann, "reads that it is Ben's turn", async () => {
    const [first] = await lines.allInnerTexts();
    const told = ["Ben Baker", "muted", "camera on", "hand raised, number 1"];
    return told.every((words) => first.includes(words)) || first;
  });
  await panel.getByRole("button", { name: "Pin Ben Baker", exact: true }).click();
  await eventually(ann, "sees Ben large", async () => {
    const shown = new Map((await tiles(ann)).map(({ name, width }) => [name, width]));
    return shown.get("Ben Baker") > 2 * shown.get("You") || [...shown];
  });
  await panel.getByRole("button", { name: "Unpin Ben Baker", exact: true }).click();
  await panel.getByRole("button", { name: "Pin Ben Baker", exact: true }).waitFor();
  await panel.getByRole("button", { name: "Copy link" }).click();
  await ann.page.getByText("Link copied").waitFor();
  assert.equal(await ann.page.evaluate(() => navigator.clipboard.readText()), link);
  await ann.press("People");
  await panel.waitFor({ state: "detached" });
});

test("a message that comes while the chat is closed is seen in short, and opens the chat", async () => {
  await ben.press("Chat");
  const glimpse = ann.page.getByRole("button", { name: "Ben Baker Lunch at noon?…" });
  // Waited for before it is there, because it does not stay.
  await Promise.all([glimpse.click(), writes(ben, "Lunch at noon?\nBring a friend")]);
  await reads(ann, "Bring a friend");
  await glimpse.waitFor({ state: "detached" });
  await writes(ben, "Anybody?");
  await reads(ann, "Anybody?");
  assert.equal(await ann.page.locator(".glimpse").count(), 0, "whoever reads the chat needs none");
});

test("of several messages the newest two are seen, for a while, and all of them are counted", async () => {
  await ann.press("Chat");
  await ann.page.getByRole("complementary", { name: "Chat" }).waitFor({ state: "detached" });
  const seen = eventually(ann, "sees the newest two", async () => {
    const shown = await ann.page.locator(".glimpse").allInnerTexts();
    return (shown.length === 2 && shown[0].includes("Two") && shown[1].includes("Three")) || shown;
  });
  const write = async () => {
    for (const text of ["One", "Two", "Three"]) await writes(ben, text);
  };
  await Promise.all([seen, write()]);
  await eventually(ann, "sees them no more", async () => (await ann.page.locator(".glimpse").count()) === 0);
  await ann.page.getByRole("button", { name: "Chat, 3 unread" }).waitFor();
});

test("on a phone the controls stay in reach of whoever reads and writes", async () => {
  const { page } = ann;
  await page.setViewportSize(PHONE);
  await ann.press("Chat");
  const field = page.getByRole("textbox", { name: "Message to everyone" });
  await liesAboveBar(ann, "the field", field);
  await ann.press("Turn microphone off");
  await page.getByRole("button", { name: "Turn microphone on" }).waitFor();
  await page.setViewportSize(TYPING);
  await liesAboveBar(ann, "the field, with a keyboard under it,", field);
  await writes(ann, "Typed on a phone");
  await reads(ben, "Typed on a phone");
  await page.setViewportSize(PHONE);
  await ann.press("Chat");
  await field.waitFor({ state: "detached" });
});

test("on a phone the list of the rest, and what it opens, end above the controls", async () => {
  const { page } = ann;
  await ann.press("More");
  const more = page.getByRole("group", { name: "More" });
  await liesAboveBar(ann, "the rest", more);
  await ann.press("Turn microphone on");
  await page.getByRole("button", { name: "Turn microphone off" }).waitFor();
  for (const name of ["People", "What's wrong?"]) {
    await ann.press("More");
    await more.getByRole("button", { name }).click();
    const panel = page.getByRole("complementary", { name });
    await liesAboveBar(ann, name, panel);
    await panel.getByRole("button", { name: "Close" }).click();
    await panel.waitFor({ state: "detached" });
  }
  await page.setViewportSize(DESKTOP);
});

test("while somebody shares, the tiles take the place of a bar that nobody touches, and give it back", async () => {
  await ben.press("Share your screen");
  await reads(ben, "Letters stay sharp, movement may stutter.");
  await ben.page.getByRole("button", { name: "Documents and slides" }).click();
  await sees(ann, "Ben Baker's screen", SCREEN_COLOUR);
  await ann.page.mouse.click(400, 300);
  await eventually(ann, "has the whole height for the tiles", async () => {
    const end = await lowest(ann);
    return end > DESKTOP.height - 16 || end;
  });
  let x = 400;
  await eventually(ann, "has the bar back, and no tile under it", async () => {
    // Each time elsewhere: a mouse that rests lets the bar go again.
    await ann.page.mouse.move((x += 1), 300);
    const [end, { y }] = [await lowest(ann), await bar(ann).boundingBox()];
    return end <= y || { end, y };
  });
  await ben.press("Stop sharing");
  await seesNoMore(ann, "Ben Baker's screen");
  for (const person of [ann, ben]) assert.deepEqual(person.complaints, []);
});
