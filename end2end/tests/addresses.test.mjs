// Media over IPv6.
import { after, before, test } from "node:test";
import { openPerson } from "../lib/chromium.mjs";
import { CAST } from "../lib/fakes.mjs";
import { openMeeting } from "../lib/people.mjs";
import { eventually, join, meet } from "../lib/room.mjs";
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
    await eventually(person, `goes to ${ADDRESS}`, async () => {
      const ways = (await waysInUse(person)).map(({ remote }) => remote.address);
      return (ways.length === 1 && ways[0] === ADDRESS) || ways;
    });
  }
});
