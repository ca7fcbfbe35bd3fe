// Two people in real browsers, one of them on a bad line: `node end2end/bench/network.mjs [part of a case's name …]`.
//
// The line is made by lib/lane.mjs, both directions of it alike, with 20 ms each way; signalling does not pass it. Ann, on
// a good line, and Ben, on the bad one, both send and receive. Prints the table of docs/PERFORMANCE.md. `SECONDS` is the
// length of each case, 30 without it.
import { fileURLToPath } from "node:url";
import { enterOwnNetwork } from "../lib/network.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
process.env.E2E_BIN ??= `${ROOT}target/release/confab`;
const wanted = process.argv.slice(2);
enterOwnNetwork(fileURLToPath(import.meta.url), wanted);

const { openPerson } = await import("../lib/chromium.mjs");
const { CAST } = await import("../lib/fakes.mjs");
const { openMeeting } = await import("../lib/people.mjs");
const { hears, join } = await import("../lib/room.mjs");
const { flowsAgain, watch } = await import("../lib/watch.mjs");
const { Way } = await import("../lib/way.mjs");

const SECONDS = Number(process.env.SECONDS ?? 30);
const SETTLE = 5_000;
const NEAR = { delay: 20 };
/** The height of the made-up cameras. */
const FILMED = 360;
const CASES = {
  "a good line": {},
  "2 % lost": { loss: 0.02 },
  "5 % lost": { loss: 0.05 },
  "10 % lost": { loss: 0.1 },
  "20 % lost": { loss: 0.2 },
  "300 ms, ± 30 ms": { delay: 300, jitter: 30 },
  "500 kbit/s": { rate: 500_000 },
  "150 kbit/s": { rate: 150_000 },
};
/** A narrow place that comes and goes. */
const NARROW = { name: "150 kbit/s comes and goes", rate: 150_000, rounds: 3, seconds: 12, patience: 30_000 };

const { server, link } = await openMeeting("Bad lines");
const people = await prepare();
try {
  const chosen = (name) => wanted.length === 0 || wanted.some((part) => name.includes(part));
  const rows = [];
  for (const [name, limits] of Object.entries(CASES)) {
    if (chosen(name)) rows.push(...(await measure(name, limits)));
  }
  if (rows.length > 0) table(["line", "who receives", "sound made up", "longest silence", "picture frozen", "pictures/s", "height", "kbit/s"], rows);
  if (chosen(NARROW.name)) table([NARROW.name, "pictures/s while narrow", "height", "full again after"], await comeAndGo());
} finally {
  for (const person of [people.ann, people.ben]) await person.leave();
  people.way.close();
  await server.remove();
}

async function prepare() {
  const way = await Way.open(server);
  const [ann, ben] = [await openPerson({ ...CAST.ann, lively: true }), await openPerson({ ...CAST.ben, lively: true })];
  await way.guide(ben);
  await join(ann, link);
  await join(ben, link);
  await hears(ben, CAST.ann);
  await hears(ann, CAST.ben);
  return { ann, ben, way };
}

/** Both directions of Ben's line. */
function shape(limits) {
  for (const lane of [people.way.down, people.way.up]) lane.shape({ ...NEAR, ...limits });
}

async function measure(name, limits) {
  const { ann, ben } = people;
  shape({});
  await recovered();
  shape(limits);
  await pause(SETTLE);
  const [to, from] = await Promise.all([watch(ben, SECONDS), watch(ann, SECONDS)]);
  shape({});
  return [[name, "Ben, behind it", ...describe(to)], [name, "Ann, from Ben", ...describe(from)]];
}

function describe({ concealed, longestSilence, frozen, freezes, rate, height: lines, kilobits }) {
  return [
    `${concealed.toFixed(2)} %`,
    `${longestSilence.toFixed(1)} s`,
    `${frozen.toFixed(2)} % (${freezes} times)`,
    rate.toFixed(1),
    lines,
    kilobits.toFixed(0),
  ];
}

async function comeAndGo() {
  const rows = [];
  for (let round = 1; round <= NARROW.rounds; round += 1) {
    shape({});
    await recovered();
    shape({ rate: NARROW.rate });
    const narrow = await watch(people.ben, NARROW.seconds);
    shape({});
    const after = await flowsAgain(people.ben, FILMED, NARROW.patience);
    rows.push([`round ${round}`, narrow.rate.toFixed(1), narrow.height, after === null ? "never" : `${(after / 1000).toFixed(1)} s`]);
  }
  return rows;
}

/** Waits, but not for ever, until Ben sees Ann's camera move as tall as it is filmed. */
async function recovered() {
  await flowsAgain(people.ben, FILMED, NARROW.patience);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function table(heads, rows) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  console.log(`\n${row(heads)}\n|${heads.map((_, n) => (n === 0 ? "---" : "--:")).join("|")}|`);
  for (const cells of rows) console.log(row(cells));
}
