// The parts of the client that are fetched when they are needed, and what happens when one does not arrive.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { alive, openBrowser, openVisitor } from "../lib/chromium.mjs";
import { photograph } from "../lib/gallery.mjs";
import { createMeeting, setUp } from "../lib/people.mjs";
import { inRoom, reads } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

const STRANDED = "This page did not load completely";

let browser;
let server;
let link;
let parts;
let visitor;

before(async () => {
  browser = await openBrowser();
  server = await Server.start();
  const owner = await openVisitor(browser);
  await setUp(owner, server);
  link = await createMeeting(owner, server, { title: "In parts" });
  await owner.context.close();
  ({ parts } = await (await fetch(`${server.origin}/site.json`)).json());
});

after(async () => {
  await browser.close();
  await server.remove();
});

afterEach(() => visitor?.context.close());

/** A visitor whose browser cannot fetch the files of this name, until the function that comes back is called. */
async function visitorWithout(name) {
  visitor = await openVisitor(browser);
  const pattern = `**/${name}.wasm`;
  await visitor.context.route(pattern, (route) => route.abort());
  return () => visitor.context.unroute(pattern);
}

/** The file that only this part needs: the last of its files. */
const fileOf = (part) => parts[part].at(-1);

test("a guest fetches the meeting's part while typing a name, and no other", async () => {
  visitor = await openVisitor(browser);
  const fetched = [];
  visitor.page.on("requestfinished", (request) => fetched.push(request.url()));
  const room = visitor.page.waitForResponse((response) => response.url().endsWith(`/${fileOf("room")}.wasm`));
  await visitor.goto(link);
  await room;
  assert.deepEqual(fetched.filter((url) => url.includes(fileOf("pages"))), []);
});

test("a meeting that did not arrive is explained, and opens at the next try", async () => {
  const repair = await visitorWithout(fileOf("room"));
  await visitor.goto(link);
  await visitor.fill("Your name", "Tess Tries");
  await visitor.press("Join");
  await reads(visitor, "The meeting could not be loaded");
  assert.deepEqual(await photograph(visitor.page, "door-without-meeting"), []);
  await repair();
  await visitor.press("Join");
  await inRoom(visitor);
});

test("a page whose part did not arrive stays readable, says so, and can be loaded again", async () => {
  const repair = await visitorWithout(fileOf("pages"));
  await visitor.page.goto(`${server.origin}/sign-in`);
  await visitor.page.getByText(STRANDED).waitFor();
  assert.deepEqual(await photograph(visitor.page, "stranded"), []);
  await visitor.fill("E-mail address", "nobody@example.org");
  await visitor.fill("Password", "not the password");
  await visitor.press("Sign in");
  await visitor.page.getByText("do not match an account").waitFor();
  // The answer is read before the part is missed once more.
  await visitor.page.getByText(STRANDED).waitFor();
  await repair();
  await visitor.press("Load the page again");
  await alive(visitor);
});

test("on the way to a page whose part did not arrive the server draws it", async () => {
  const repair = await visitorWithout(fileOf("pages"));
  // A meeting that does not exist: its page needs no part beyond the first.
  await visitor.goto(`${server.origin}/c/abc-defg-hij`);
  await visitor.page.getByRole("link", { name: "Go to the start page" }).click();
  await visitor.page.waitForURL(`${server.origin}/`);
  await visitor.page.getByText(STRANDED).waitFor();
  await repair();
  await visitor.press("Load the page again");
  await alive(visitor);
});

test("a client that did not arrive at all is explained too", async () => {
  const repair = await visitorWithout("confab");
  await visitor.page.goto(link);
  await visitor.page.getByText(STRANDED).waitFor();
  await repair();
  await visitor.press("Load the page again");
  await alive(visitor);
});
