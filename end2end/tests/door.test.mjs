// The way into a meeting: passwords, guests, waiting for the organiser, joining at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { alive, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { changeOptions, createMeeting, idOf, setUp } from "../lib/people.mjs";
import { arrive, eventually, inRoom, join, reads } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

let browser;
let server;
let owner;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  owner = await openVisitor(browser);
  await setUp(owner, server);
});

after(async () => {
  await browser.close();
  await server.remove();
});

/** Leaves the page, so that the next address is not only another fragment of the same page. */
async function elsewhere({ page }) {
  await page.goto("about:blank");
}

/** The names of the devices that this page sends from. */
function sending({ page }) {
  return page.evaluate(() =>
    globalThis.notedConnections
      .filter(({ connectionState }) => connectionState === "connected")
      .flatMap((connection) => connection.getSenders().flatMap(({ track }) => track?.label ?? [])),
  );
}

async function guest() {
  return openVisitor(browser, { viewport: { width: 360, height: 740 } });
}

test("SM-27 a guest is asked for the password, refused with a wrong one, let in with the right one", async () => {
  const link = await createMeeting(owner, server, { title: "Behind a door", password: "open sesame" });
  const visitor = await guest();
  await arrive(visitor, link, { name: "Gwen Guest", password: "open barley" });
  await reads(visitor, "This is not the meeting's password");
  const field = visitor.page.getByLabel("Meeting password");
  await eventually(visitor, "has the keyboard where the mistake is", () =>
    field.evaluate((input) => (document.activeElement === input && input.ariaInvalid === "true") || input.ariaInvalid),
  );
  await visitor.fill("Meeting password", "open sesame");
  await visitor.press("Join");
  await inRoom(visitor);
  await visitor.context.close();
});

test("SM-31 guests wait for the organiser, then come in by themselves", async () => {
  const link = await createMeeting(owner, server, { title: "Not before me" });
  await changeOptions(owner, server, link, { "Attendees may start the meeting": false });
  const visitor = await guest();
  await arrive(visitor, link, { name: "Wanda Waits" });
  await reads(visitor, "has not started yet");
  const host = await openVisitor(browser, { storageState: await owner.context.storageState() });
  await host.goto(link);
  await reads(host, "1 person waiting for you");
  await join(host, link, { name: "Ada Admin" });
  await inRoom(visitor);
  await host.context.close();
  await visitor.context.close();
});

test("SM-53 settings are in force at once: guests are no longer let in", async () => {
  const link = await createMeeting(owner, server, { title: "Members only" });
  await changeOptions(owner, server, link, { "Allow guests": false });
  const visitor = await guest();
  await visitor.goto(link);
  await reads(visitor, "Sign in to join");
  await visitor.context.close();
});

test("TCM-64 TCM-65 TCM-68 a link with #app=1 joins at once with the remembered name; without it the page stays", async () => {
  const link = await createMeeting(owner, server, { title: "No stop" });
  const visitor = await guest();
  await join(visitor, link, { name: "Rita Regular" });
  await elsewhere(visitor);
  await visitor.goto(link);
  const button = visitor.page.getByRole("button", { name: "Join" });
  await button.and(visitor.page.locator(":enabled")).waitFor();
  await eventually(visitor, "has the remembered name", async () => {
    const name = await visitor.page.getByLabel("Your name").inputValue();
    return name === "Rita Regular" || name;
  });
  await elsewhere(visitor);
  await visitor.goto(`${link}#app=1`);
  await inRoom(visitor);
  await visitor.context.close();
});

test("TCM-64 the same link with #app=1 joins where its page is open already, without loading it anew", async () => {
  const link = await createMeeting(owner, server, { title: "Second thoughts" });
  const visitor = await guest();
  await visitor.goto(link);
  await visitor.fill("Your name", "Theo Twice");
  await visitor.page.evaluate(() => {
    globalThis.wasHere = true;
  });
  await visitor.page.goto(`${link}#something-else`);
  await visitor.page.getByRole("button", { name: "Join", exact: true }).waitFor();
  await visitor.page.goto(`${link}#app=1`);
  await inRoom(visitor);
  assert.equal(await visitor.page.evaluate(() => globalThis.wasHere), true);
  await visitor.context.close();
});

test("TCM-64 TCM-65 #app=1 takes the remembered devices, and what was off stays off", async () => {
  const link = await createMeeting(owner, server, { title: "As always" });
  const visitor = await guest();
  const microphone = "Fake Audio Input 2";
  await visitor.goto(link);
  await visitor.page.getByLabel("Microphone", { exact: true }).selectOption({ label: microphone });
  await visitor.press("Turn camera off");
  await join(visitor, link, { name: "Hal Habit" });
  await elsewhere(visitor);
  await visitor.goto(`${link}#app=1`);
  await inRoom(visitor);
  await visitor.page.getByRole("button", { name: "Turn camera on" }).waitFor();
  await visitor.page.getByRole("button", { name: "Turn microphone off" }).waitFor();
  await eventually(visitor, `sends from ${microphone} and from nothing else`, async () => {
    const labels = await sending(visitor);
    return (labels.length === 1 && labels[0] === microphone) || labels;
  });
  await visitor.press("Turn microphone off");
  await visitor.press("Turn camera on");
  await visitor.page.getByRole("button", { name: "Turn camera off" }).waitFor();
  await elsewhere(visitor);
  await visitor.goto(`${link}#app=1`);
  await inRoom(visitor);
  await visitor.page.getByRole("button", { name: "Turn camera off" }).waitFor();
  await visitor.page.getByRole("button", { name: "Turn microphone on" }).waitFor();
  await visitor.context.close();
});

test("TCM-64 in place of a remembered microphone that is gone, the system's is taken", async () => {
  const link = await createMeeting(owner, server, { title: "Unplugged" });
  const visitor = await guest();
  await join(visitor, link, { name: "Gil Gone" });
  await visitor.page.evaluate(() => {
    const devices = JSON.parse(localStorage.getItem("confab.devices") ?? "{}");
    localStorage.setItem("confab.devices", JSON.stringify({ ...devices, microphone: "pulled out", camera: "sold" }));
  });
  await elsewhere(visitor);
  await visitor.goto(`${link}#app=1`);
  await inRoom(visitor);
  await eventually(visitor, "sends from the system's devices", async () => {
    const labels = await sending(visitor);
    return (labels.length === 2 && labels.includes("Fake Default Audio Input")) || labels;
  });
  await visitor.context.close();
});

test("TCM-66 #app=1 opens no door that the button does not: the password and the organiser are waited for", async () => {
  const link = await createMeeting(owner, server, { title: "All the same", password: "open sesame" });
  await changeOptions(owner, server, link, { "Attendees may start the meeting": false });
  const visitor = await guest();
  await visitor.goto(link);
  await visitor.fill("Your name", "Rita Regular");
  await visitor.fill("Meeting password", "open sesame");
  await visitor.press("Join");
  await reads(visitor, "has not started yet");
  await elsewhere(visitor);
  await visitor.goto(`${link}#app=1`);
  await reads(visitor, "Enter the meeting's password");
  await visitor.fill("Meeting password", "open sesame");
  await visitor.press("Join");
  await reads(visitor, "has not started yet");
  await visitor.context.close();
});

test("TCM-67 TCM-69 the link that joins at once has that form in the settings, and works for whoever gets it", async () => {
  const link = await createMeeting(owner, server, { title: "Straight in" });
  await owner.goto(link.replace("/c/", "/meetings/").concat("/settings"));
  const direct = await owner.page.getByRole("textbox", { name: "Link that joins at once" }).inputValue();
  assert.equal(direct, `${link}#app=1`);
  // As from a mail: a browser that has never been here, so there is no name yet, and then with one.
  const visitor = await guest();
  await visitor.goto(direct);
  await reads(visitor, "Enter a name");
  await visitor.fill("Your name", "Mia Mail");
  await visitor.press("Join");
  await inRoom(visitor);
  await visitor.context.close();
});

test("SM-24 the settings are a gear away during a call, for whoever may change them", async () => {
  const link = await createMeeting(owner, server, { title: "Under way" });
  const host = await openVisitor(browser, { storageState: await owner.context.storageState() });
  const visitor = await guest();
  await join(host, link, { name: "Ada Admin" });
  await join(visitor, link, { name: "Gwen Guest" });
  await visitor.press("More");
  assert.equal(await visitor.page.getByRole("link", { name: "Meeting settings" }).count(), 0);
  await host.press("More");
  const opened = host.context.waitForEvent("page");
  await host.page.getByRole("link", { name: "Meeting settings" }).click();
  const settings = await opened;
  await alive({ page: settings, scripts: true });
  await settings.getByLabel("Title").fill("Renamed under way");
  await settings.getByRole("button", { name: "Save changes" }).click();
  await settings.getByText("Changes saved").waitFor();
  for (const person of [host, visitor]) await reads(person, "Renamed under way");
  await host.context.close();
  await visitor.context.close();
});

test("whoever is in a meeting that is deleted is told which one it was, and what to do next", async () => {
  const link = await createMeeting(owner, server, { title: "Not for long" });
  const visitor = await guest();
  await join(visitor, link, { name: "Gwen Guest" });
  await owner.goto(`${server.origin}/meetings?delete=${idOf(link)}`);
  await owner.page.getByRole("dialog").getByRole("button", { name: "Delete meeting" }).click();
  await reads(visitor, "There is no such meeting any more");
  await reads(visitor, "Not for long");
  await reads(visitor, "ask the organiser for another link");
  await visitor.page.getByRole("button", { name: "Join again" }).waitFor({ state: "detached" });
  await visitor.context.close();
});

test("SM-9 SM-10 SM-11 a guest on a phone takes part with a link and a name: nothing to install, nothing to sign up for", async () => {
  const link = await createMeeting(owner, server, { title: "With a phone" });
  const visitor = await guest();
  await visitor.goto(link);
  const fields = await visitor.page.getByRole("textbox").evaluateAll((all) => all.map(({ name }) => name));
  assert.deepEqual(fields, ["name"]);
  await eventually(visitor, "has the button on the first screen", async () => {
    const button = await visitor.page.getByRole("button", { name: "Join", exact: true }).boundingBox();
    return button.y + button.height <= 740 || button;
  });
  await visitor.fill("Your name", "Phil Phone");
  await visitor.press("Join");
  await inRoom(visitor);
  await eventually(visitor, "has a page as wide as the window", async () => {
    const width = await visitor.page.evaluate(() => document.documentElement.scrollWidth);
    return width === 360 || width;
  });
  assert.deepEqual(visitor.complaints, []);
  await visitor.context.close();
});

test("SM-12 without WebRTC the page says so, and the chat works", async () => {
  const link = await createMeeting(owner, server, { title: "Words only" });
  const visitor = await guest();
  await visitor.whenever(() => {
    delete globalThis.RTCPeerConnection;
  });
  await visitor.goto(link);
  await reads(visitor, "cannot send or receive sound and picture");
  await visitor.fill("Your name", "Wally Words");
  await visitor.press("Join");
  await inRoom(visitor);
  await visitor.press("Chat");
  await visitor.fill("Message to everyone", "Only words");
  await visitor.press("Send");
  await reads(visitor, "Only words");
  assert.deepEqual(visitor.complaints, []);
  await visitor.context.close();
});
