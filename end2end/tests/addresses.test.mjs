// Media over IPv6.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { hears, join, sees } from "../lib/room.mjs";

const ADDRESS = process.env.E2E_ADDRESS_V6 ?? "::1";

let server;
let link;
let people = [];

before(async () => {
  ({ server, link } = await openMeeting("Many addresses", "", `listen = "::"\nadvertise = ["${ADDRESS}"]\nworkers = 1`));
  people = await Promise.all([CAST.ann, CAST.ben].map((person) => openPerson(person)));
});

after(async () => {
  for (const person of people) await person.leave();
  await server.remove();
});

test("two people see and hear each other over IPv6", async () => {
  const [ann, ben] = people;
  for (const person of people) await join(person, link);
  for (const [one, other] of [[ann, ben], [ben, ann]]) {
    await sees(one, other.person.name, other.person.colour);
    await hears(one, other.person);
    assert.deepEqual(await one.page.evaluate(serversInUse), [ADDRESS]);
  }
});

/** The server's address on each connection that stands. Runs in the browser. */
async function serversInUse() {
  const addresses = [];
  for (const connection of globalThis.notedConnections) {
    if (connection.connectionState !== "connected") continue;
    const reports = await connection.getStats();
    const transport = [...reports.values()].find(({ type }) => type === "transport");
    addresses.push(reports.get(reports.get(transport.selectedCandidatePairId).remoteCandidateId).address);
  }
  return addresses;
}
