// Friends in the same network meet at an address without a name, by a certificate that nobody else vouches for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeCertificate } from "../lib/certificate.mjs";
import { openBrowser, openPerson, openVisitor } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { createMeeting, setUp } from "../lib/people.mjs";
import { eventually, hears, join, sees } from "../lib/room.mjs";
import { freePort, mediaAddress, mediaHere, Server } from "../lib/server.mjs";
import { watch } from "../lib/watch.mjs";

/** As somebody does who accepts the browser's warning. */
const ACCEPT_WARNING = "--ignore-certificate-errors";
const WATCHED = 4;

let files;
let server;
let plain;
let link;
let people = [];

before(async () => {
  const address = mediaAddress();
  files = makeCertificate(address);
  const redirectPort = await freePort();
  plain = `http://${address}:${redirectPort}`;
  server = await Server.start("", mediaHere(), { tls: { ...files, address, redirectPort } });
  const browser = await openBrowser([ACCEPT_WARNING]);
  const owner = await openVisitor(browser, { scripts: false });
  await setUp(owner, server);
  link = await createMeeting(owner, server, { title: "In one Wi-Fi" });
  await browser.close();
  people = await Promise.all([CAST.ann, CAST.ben, CAST.cleo].map((one) => openPerson(one, { args: [ACCEPT_WARNING] })));
});

after(async () => {
  for (const person of people) await person.leave();
  await server?.remove();
  files?.remove();
});

test("SM-16 plain HTTP leads to the meeting's door by HTTPS, with what came after the address", async () => {
  assert.ok(link.startsWith(`${server.origin}/c/`), link);
  const answer = await fetch(`${link.replace(server.origin, plain)}?from=mail`, { redirect: "manual" });
  assert.equal(answer.status, 308);
  assert.equal(answer.headers.get("location"), `${link}?from=mail`);
  const [ann] = people;
  await ann.goto(link.replace(server.origin, plain));
  assert.equal(ann.page.url(), link);
  assert.equal(await ann.page.evaluate(() => isSecureContext), true);
});

test("SM-17 three people meet over HTTPS and WSS: everybody sees and hears everybody else", async () => {
  const sockets = [];
  for (const { page } of people) page.on("websocket", (socket) => sockets.push(socket.url()));
  // One of them types the address without its beginning.
  const [first, ...others] = people;
  await join(first, link.replace(server.origin, plain));
  for (const person of others) await join(person, link);
  for (const one of people) {
    for (const { person: other } of people.filter((person) => person !== one)) {
      await sees(one, other.name, other.colour);
      await hears(one, other);
    }
  }
  for (const person of people) {
    // Watched anew where the machine stood still for a moment.
    await eventually(person, `gets pictures and unbroken sound for ${WATCHED} s`, async () => {
      const { rate, longestSilence } = await watch(person, WATCHED);
      return (rate > 1 && longestSilence < 1) || { rate, longestSilence };
    });
    assert.deepEqual(person.complaints, []);
  }
  const signalling = link.replace("https://", "wss://").replace("/c/", "/ws/");
  assert.ok(sockets.length >= people.length, `${sockets.length} sockets`);
  assert.deepEqual(new Set(sockets), new Set([signalling]));
});
