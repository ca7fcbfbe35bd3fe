// The way into a meeting and out of it, looked at: pictures for people, axe-core, nothing wider than the window.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { alive, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { troublesomeDevices } from "../lib/fakes.mjs";
import { isFine, look } from "../lib/gallery.mjs";
import { changeOptions, createMeeting, idOf, setUp } from "../lib/people.mjs";
import { arrive, join, reads } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

let browser;
let server;
let owner;
let storageState;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  owner = await openVisitor(browser);
  await setUp(owner, server);
  storageState = await owner.context.storageState();
});

after(async () => {
  await browser.close();
  await server.remove();
});

/** Runs `story` with somebody who has never been here, and fails if the browser complained. */
async function withGuest(story, options) {
  const visitor = await openVisitor(browser, options);
  try {
    await story(visitor, visitor.page);
    assert.deepEqual(visitor.complaints, []);
  } finally {
    await visitor.context.close();
  }
}

/** The same for whoever made the meetings. */
function withHost(story) {
  return withGuest(story, { storageState });
}

function heading(page, name) {
  return page.getByRole("heading", { name });
}

test("the door, with a camera and for a guest", async () => {
  const link = await createMeeting(owner, server, { title: "Weekly round" });
  await withGuest((visitor) =>
    look(visitor, "before-meeting", link, (page) => page.getByRole("button", { name: "Join" }).waitFor()),
  );
});

test("the door of a meeting with a password: asked for, and wrong", async () => {
  const link = await createMeeting(owner, server, { title: "Behind a door", password: "open sesame" });
  await withGuest(async (visitor, page) => {
    await look(visitor, "door-password", link, () => page.getByLabel("Meeting password").waitFor());
    await visitor.fill("Your name", "Gwen Guest");
    await visitor.fill("Meeting password", "open barley");
    await visitor.press("Join");
    await reads(visitor, "This is not the meeting's password");
    // The refusal's own status is written to the console by the browser.
    visitor.complaints.length = 0;
    await isFine(visitor, "door-password-wrong");
  });
});

test("the door for whoever has no devices or no WebRTC", async () => {
  const link = await createMeeting(owner, server, { title: "Whatever works" });
  await withGuest(async (visitor) => {
    await visitor.whenever(troublesomeDevices, { audio: "NotAllowedError", video: "NotAllowedError" });
    await look(visitor, "door-devices-refused", link, () => reads(visitor, "Camera and microphone are blocked"));
  });
  await withGuest(async (visitor) => {
    await visitor.whenever(() => {
      delete globalThis.RTCPeerConnection;
    });
    await look(visitor, "door-without-webrtc", link, () => reads(visitor, "cannot send or receive sound and picture"));
  });
});

test("the hall, where one waits for the organiser", async () => {
  const link = await createMeeting(owner, server, { title: "Not before me" });
  await changeOptions(owner, server, link, { "Attendees may start the meeting": false });
  await withGuest(async (visitor) => {
    await arrive(visitor, link, { name: "Wanda Waits" });
    await reads(visitor, "has not started yet");
    await isFine(visitor, "hall");
  });
});

test("the page of whoever is no guest of a meeting for members", async () => {
  const link = await createMeeting(owner, server, { title: "Members only" });
  await changeOptions(owner, server, link, { "Allow guests": false });
  await withGuest((visitor) =>
    look(visitor, "door-members-only", link, (page) => heading(page, "Sign in to join").waitFor()),
  );
});

test("the farewells of a meeting that is ended, of whoever ended it and of everybody else", async () => {
  const link = await createMeeting(owner, server, { title: "Short and good" });
  await withHost((host, room) =>
    withGuest(async (visitor, page) => {
      await join(host, link, { name: "Ada Admin" });
      await join(visitor, link, { name: "Gwen Guest" });
      await host.press("Leave");
      await room.getByRole("button", { name: "End for everyone" }).click();
      await heading(room, "You ended the meeting").waitFor();
      await isFine(host, "farewell-ended-by-you");
      await heading(page, "The meeting has ended").waitFor();
      await isFine(visitor, "farewell-ended");
    }),
  );
});

test("the farewell of a meeting that was deleted", async () => {
  const link = await createMeeting(owner, server, { title: "Not for long" });
  await withGuest(async (visitor, page) => {
    await join(visitor, link, { name: "Gwen Guest" });
    await owner.goto(`${server.origin}/meetings?delete=${idOf(link)}`);
    await owner.page.getByRole("dialog").getByRole("button", { name: "Delete meeting" }).click();
    await heading(page, "There is no such meeting any more").waitFor();
    await isFine(visitor, "farewell-deleted");
  });
});

test("the farewell of whoever came in once more from another tab", async () => {
  const link = await createMeeting(owner, server, { title: "Here or there" });
  await withGuest(async (visitor, page) => {
    await join(visitor, link, { name: "Gwen Guest" });
    // A tab that is opened by another one begins with what that remembers: the seat, and the name.
    const opened = page.waitForEvent("popup");
    await page.evaluate(() => void window.open(location.href));
    const there = await opened;
    await alive({ page: there, scripts: true });
    await there.getByRole("button", { name: "Join" }).click();
    await page.getByText("You joined from another tab or device").waitFor();
    await isFine(visitor, "farewell-taken-over");
  });
});
