// People whose network lets no UDP out meet over TCP, without a relay.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, join, meet } from "../lib/room.mjs";
import { waysInUse } from "../lib/stats.mjs";

let server;
let link;
let people = [];

before(async () => {
  ({ server, link } = await openMeeting("Behind a strict firewall"));
  people = await Promise.all([CAST.ann, CAST.ben].map((person) => openPerson(person)));
});

after(async () => {
  for (const person of people) await person.leave();
  await server?.remove();
});

test("somebody whom only TCP brings in and somebody with UDP see and hear each other", async () => {
  const [ann, ben] = people;
  await ann.whenever(onlyTcp);
  for (const person of people) await join(person, link);
  await meet(people);
  for (const [person, protocol] of [[ann, "tcp"], [ben, "udp"]]) {
    await eventually(person, `goes by ${protocol}`, async () => {
      const ways = (await waysInUse(person)).map(({ local }) => local.protocol);
      return (ways.length === 1 && ways[0] === protocol) || ways;
    });
    assert.deepEqual(person.complaints, []);
  }
});

/** Hides from the browser every address of the server's that is reached by UDP. Runs in the browser. */
function onlyTcp() {
  const original = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const kept = description.sdp.split("\r\n").filter((line) => !/^a=candidate:\S+ \d+ udp /i.test(line));
    return original.call(this, { type: description.type, sdp: kept.join("\r\n") });
  };
}
