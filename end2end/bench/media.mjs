// Confab's media beside Janus': `node end2end/bench/media.mjs [growth] [meeting] [burst] [workers]`, all of them without
// a word.
//
// Both in one run, with one load generator, on one core each (the server on the first, the generator on the second),
// in a network of the run's own. Prints the tables of docs/PERFORMANCE.md. Needs a release build of both programs and
// Debian's `janus`; `make bench-media` sees to that. `SECONDS` is the length of each measurement, 10 without it;
// `STEPS` are other numbers of receivers of a webinar that grows.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { enterOwnNetwork } from "../lib/network.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOAD = process.env.LOAD_BIN ?? `${ROOT}target/release/load`;
process.env.E2E_BIN ??= `${ROOT}target/release/confab`;
const wanted = process.argv.slice(2);
enterOwnNetwork(fileURLToPath(import.meta.url), wanted);

const { openBrowser, openVisitor } = await import("../lib/chromium.mjs");
const { Janus } = await import("../lib/janus.mjs");
const { createMeeting, setUp } = await import("../lib/people.mjs");
const { mediaAddress, mediaHere, Server } = await import("../lib/server.mjs");

const SECONDS = process.env.SECONDS ?? "10";
const STEPS = (
  process.env.STEPS ?? "10,50,100,200,300,400,500,600,700,800,900,1000,1250,1500,1750,2000,2250,2500,2750,3000"
).split(",");
const PER_ROOM = 1000;
const PEOPLE = 25;
const INSIDE = 50;
const JOINING = 200;
/** Receivers on each worker of the room that is spread over two. */
const SPREAD = 400;
/** From here on a server carries too much. */
const MOST_LOST = 1;
const LATEST = 50;
const CORES = cpus().length >= 2 ? { server: 0, generator: 1 } : undefined;

if (!Janus.isInstalled()) {
  console.error("Janus is not here: `tools/setup bench` installs it (Debian's package `janus`).");
  process.exit(1);
}
if (!CORES) console.error("Only one core: server and generator share it, and the figures say little.");

const confab = await prepare();
const janus = {
  name: "Janus",
  start: () => Janus.start(),
  stop: (server) => server.remove(),
  where: (server) => ["--janus", server.url],
};
try {
  for (const [name, measure] of Object.entries({ growth, meeting, burst, workers })) {
    if (wanted.length === 0 || wanted.includes(name)) await measure();
  }
} finally {
  await confab.server.remove();
}

/** Confab, with a meeting for each room; its process is a new one for every measurement. */
async function prepare(media) {
  const server = await Server.start("meetings.capacity = 2000", mediaHere(media));
  const browser = await openBrowser();
  const owner = await openVisitor(browser, { scripts: false });
  await setUp(owner, server);
  const links = [];
  while (links.length < Math.ceil(STEPS.at(-1) / PER_ROOM)) {
    links.push(await createMeeting(owner, server, { title: `Room ${links.length + 1}` }));
  }
  await browser.close();
  await server.stop();
  return {
    name: "Confab",
    server,
    start: async () => {
      await server.start();
      return server;
    },
    stop: () => server.stop(),
    where: () => ["--url", server.origin.replace("http:", "ws:"), ...links.flatMap((link) => ["--meeting", link])],
  };
}

/** Runs one command of the generator against a new process of a server; returns its lines. */
async function run(host, command, options) {
  const server = await host.start();
  try {
    if (CORES) spawnSync("taskset", ["-a", "-c", "-p", String(CORES.server), String(server.pid)]);
    const program = [LOAD, command, ...options, ...host.where(server)];
    const common = ["--json", "--bind", mediaAddress(), "--server-pid", String(server.pid), "--seconds", SECONDS];
    const [first, ...rest] = [...(CORES ? ["taskset", "-c", String(CORES.generator)] : []), ...program, ...common];
    const child = spawn(first, rest, { stdio: ["ignore", "pipe", "inherit"] });
    const lines = [];
    const ended = once(child, "exit");
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(JSON.parse(line));
      console.error(`${host.name}: ${line}`);
    }
    const [status] = await ended;
    if (status !== 0) throw new Error(`the load generator gave up at ${host.name}`);
    return lines;
  } finally {
    await host.stop(server);
  }
}

/** A webinar that grows: what a packet and a receiver cost, and how many one core carries. */
async function growth() {
  const options = ["--steps", STEPS.join(","), "--per-room", String(PER_ROOM)];
  const [ours, theirs] = [await run(confab, "growth", options), await run(janus, "growth", options)];
  for (const [name, lines] of [["Confab", ours], ["Janus", theirs]]) {
    table(
      `${name}, 1 to N at 1.2 Mbit/s and voice, one core`,
      ["receivers", "packets/s", "µs per packet", "in the media", "core", "lost", "p50 / p99", "memory", "generator"],
      lines.map(describe),
    );
  }
  const at = (lines, receivers) => lines.find((line) => line.receivers === receivers);
  const cost = (lines, receivers) => at(lines, receivers)?.server.us_per_packet;
  const carried = (lines) => Math.max(0, ...lines.filter(carries).map(({ receivers }) => receivers));
  const memory = (lines) => {
    const [few, many] = [at(lines, 10), at(lines, 500)];
    return many && (many.server.memory_kib - few.server.memory_kib) / (many.receivers - few.receivers);
  };
  const rise = (lines) => {
    const costs = lines.filter(({ receivers }) => receivers <= 2000).filter(carries).map(({ server }) => server.us_per_packet);
    return (Math.max(...costs) / costs[0] - 1) * 100;
  };
  compare([
    ["µs of server per packet, 1 to 200", cost(ours, 200), cost(theirs, 200), 2, "ratio ≤ 0.25"],
    ["receivers on one core, < 1 % lost, p99 < 50 ms", carried(ours), carried(theirs), 0, "≥ 2500"],
    ["KiB per receiver (PSS, from 10 to 500)", memory(ours), memory(theirs), 0, "≤ 150"],
    ["dearest packet up to 2000 receivers against 10, %", rise(ours), rise(theirs), 0, "≤ 15"],
  ]);
}

/** Everybody sees and hears everybody. */
async function meeting() {
  const options = ["--people", String(PEOPLE)];
  const [[ours], [theirs]] = [await run(confab, "meeting", options), await run(janus, "meeting", options)];
  table(
    `${PEOPLE} people, everybody receives everybody`,
    ["server", "packets/s", "µs per packet", "in the media", "core", "lost", "p50 / p99", "memory", "generator"],
    [["Confab", ...describe(ours).slice(1)], ["Janus", ...describe(theirs).slice(1)]],
  );
  const cost = ({ server }) => server.us_per_packet;
  compare([[`µs of server per packet, ${PEOPLE} to ${PEOPLE}`, cost(ours), cost(theirs), 2, "ratio ≤ 0.40"]]);
}

/** Many come at once into a room in which others watch. */
async function burst() {
  const options = ["--inside", String(INSIDE), "--joining", String(JOINING)];
  const [[ours], [theirs]] = [await run(confab, "burst", options), await run(janus, "burst", options)];
  compare([
    [`${JOINING} join ${INSIDE} at once: half are in, ms`, ours.half_in_ms, theirs.half_in_ms, 0, ""],
    ["all see and hear, ms", ours.all_in_ms, theirs.all_in_ms, 0, "≤ 2000"],
    ["longest gap of anybody inside, ms", ours.longest_gap_ms, theirs.longest_gap_ms, 0, "≤ 200"],
    ["the same before, ms", ours.longest_gap_before_ms, theirs.longest_gap_before_ms, 0, ""],
    ["of which the generator's own lateness, ms", ours.generator_late_ms, theirs.generator_late_ms, 0, ""],
  ]);
}

/**
 * One room on one worker, and one of twice the size on two. Both are tied to the server's core all the same, so what is compared
 * is what a packet costs the workers' threads: with a core for each, two carry twice the receivers of one if that stays.
 */
async function workers() {
  const options = (receivers) => ["--steps", String(receivers), "--per-room", String(receivers)];
  const spread = await prepare(`workers = 2\nseats_per_worker = ${SPREAD}`);
  try {
    const [one] = await run(confab, "growth", options(SPREAD));
    const [two] = await run(spread, "growth", options(2 * SPREAD));
    const heads = ["workers", "receivers", "packets/s", "µs per packet", "in the media", "core", "lost", "p50 / p99", "memory", "generator"];
    table("One room on one worker and on two", heads, [["1", ...describe(one)], ["2", ...describe(two)]]);
    const carried = (2 * one.server.media_us_per_packet) / two.server.media_us_per_packet;
    console.log(`\nTwo workers carry ${carried.toFixed(2)} times the receivers of one (aim: 1.8).`);
  } finally {
    await spread.server.remove();
  }
}

function carries({ lost_percent, p99_ms }) {
  return lost_percent < MOST_LOST && p99_ms < LATEST;
}

function describe(line) {
  const { receivers, packets_per_second, lost_percent, p50_ms, p99_ms, server, generator_percent } = line;
  return [
    receivers,
    packets_per_second.toFixed(0),
    server.us_per_packet.toFixed(2),
    server.media_us_per_packet.toFixed(2),
    `${server.percent_of_a_core.toFixed(0)} %`,
    `${lost_percent.toFixed(3)} %`,
    `${p50_ms.toFixed(1)} / ${p99_ms.toFixed(1)} ms`,
    `${(server.memory_kib / 1024).toFixed(0)} MiB`,
    `${generator_percent.toFixed(0)} %`,
  ];
}

function compare(rows) {
  const number = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : "–");
  const line = ([what, ours, theirs, digits, aim]) => [
    what,
    number(ours, digits),
    number(theirs, digits),
    number(ours / theirs, 2),
    aim,
  ];
  table("Side by side", ["figure", "Confab", "Janus", "ratio", "aim"], rows.map(line));
}

function table(title, heads, rows) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  console.log(`\n${title}:\n\n${row(heads)}\n|${heads.map((_, n) => (n === 0 ? "---" : "--:")).join("|")}|`);
  for (const cells of rows) console.log(row(cells));
}
