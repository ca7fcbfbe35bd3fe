// People behind firewalls that let nothing else out meet through a relay.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { Relay } from "../lib/relay.mjs";
import { eventually, hears, join, sees } from "../lib/room.mjs";

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
  await relay?.stop();
});

test("two people whose browsers may use the relay only see and hear each other, by UDP and by TCP", async () => {
  const [ann, ben] = people;
  await ann.whenever(onlyRelays, "transport=udp");
  await ben.whenever(onlyRelays, "transport=tcp");
  for (const person of people) await join(person, link);
  for (const [one, other] of [[ann, ben], [ben, ann]]) {
    await sees(one, other.person.name, other.person.colour);
    await hears(one, other.person);
  }
  for (const [person, protocol] of [[ann, "udp"], [ben, "tcp"]]) {
    await eventually(person, `goes through the relay by ${protocol}`, async () => {
      const ways = await person.page.evaluate(waysInUse);
      return (ways.length === 1 && ways[0] === `relay ${protocol}`) || ways;
    });
    assert.deepEqual(person.complaints, []);
  }
});

// The functions below run in the browser.

/** Leaves the browser nothing but relays that are reached in one way. */
function onlyRelays(way) {
  const Original = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor({ iceServers, ...settings }) {
      const reached = iceServers.map((server) => ({ ...server, urls: server.urls.filter((url) => url.endsWith(way)) }));
      super({ ...settings, iceServers: reached, iceTransportPolicy: "relay" });
    }
  };
}

/** What kind of address the media leaves from, and how the relay is reached, for each connection that stands. */
async function waysInUse() {
  const ways = [];
  for (const connection of globalThis.notedConnections) {
    if (connection.connectionState !== "connected") continue;
    const reports = await connection.getStats();
    const transport = [...reports.values()].find(({ type }) => type === "transport");
    const local = reports.get(reports.get(transport.selectedCandidatePairId).localCandidateId);
    ways.push(`${local.candidateType} ${local.relayProtocol}`);
  }
  return ways;
}
