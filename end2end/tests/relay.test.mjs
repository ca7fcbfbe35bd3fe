// People behind firewalls that let nothing else out meet through a relay.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { Relay } from "../lib/relay.mjs";
import { eventually, join, meet } from "../lib/room.mjs";
import { waysInUse } from "../lib/stats.mjs";

let relay;
let server;
let link;
let people = [];

before(async () => {
  relay = await Relay.start();
  ({ server, link } = await openMeeting("Behind firewalls", relay.settings));
  people = await Promise.all([CAST.ann, CAST.ben].map((person) => openPerson(person)));
});

after(async () => {
  for (const person of people) await person.leave();
  await server?.remove();
  await relay?.remove();
});

test("two people whose browsers may use the relay only see and hear each other, by UDP and by TCP", async () => {
  const [ann, ben] = people;
  await ann.whenever(onlyRelays, "transport=udp");
  await ben.whenever(onlyRelays, "transport=tcp");
  for (const person of people) await join(person, link);
  await meet(people);
  for (const [person, protocol] of [[ann, "udp"], [ben, "tcp"]]) {
    await eventually(person, `goes through the relay by ${protocol}`, async () => {
      const ways = (await waysInUse(person)).map(({ local }) => `${local.candidateType} ${local.relayProtocol}`);
      return (ways.length === 1 && ways[0] === `relay ${protocol}`) || ways;
    });
    assert.deepEqual(person.complaints, []);
  }
});

/** Leaves the browser nothing but relays that are reached in one way. Runs in the browser. */
function onlyRelays(way) {
  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor({ iceServers, ...settings }) {
      const reached = iceServers.map((server) => ({ ...server, urls: server.urls.filter((url) => url.endsWith(way)) }));
      super({ ...settings, iceServers: reached, iceTransportPolicy: "relay" });
    }
  };
}
