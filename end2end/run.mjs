// Runs the browser tests: `node end2end/run.mjs [part of a file's name …]`.
//
// One file after the other, because the browsers of one file want the whole machine.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { enterOwnNetwork } from "./lib/network.mjs";

const FILE_TIMEOUT = 15 * 60 * 1000;

const wanted = process.argv.slice(2);

enterOwnNetwork(fileURLToPath(import.meta.url), wanted);

const artifacts = new URL("artifacts/", import.meta.url);
rmSync(artifacts, { recursive: true, force: true });
mkdirSync(artifacts, { recursive: true });

const folder = new URL("tests/", import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort()
  .map((name) => fileURLToPath(new URL(name, folder)));

if (files.length === 0) {
  console.error(`end2end: no test file is called like ${wanted.join(" or ")}`);
  process.exit(1);
}

let passed = 0;
let failed = 0;
const isTest = ({ details }) => details?.type !== "suite";
const stream = run({ files, concurrency: false, timeout: FILE_TIMEOUT });
stream.on("test:pass", (event) => {
  if (isTest(event)) passed += 1;
});
stream.on("test:fail", (event) => {
  if (isTest(event)) failed += 1;
});
stream.on("end", () => {
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
});
stream.compose(new spec()).on("end", () => console.log(`end2end: ${passed} passed, ${failed} failed`)).pipe(process.stdout, { end: false });
