// Media over IPv6.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { join, meet } from "../lib/room.mjs";
import { waysInUse } from "../lib/stats.mjs";

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
  for (const person of people) await join(person, link);
  await meet(people);
  for (const person of people) {
    assert.deepEqual((await waysInUse(person)).map(({ remote }) => remote.address), [ADDRESS]);
  }
});
