// Runs the browser tests: `node end2end/run.mjs [part of a file's name …]`.
//
// One file after the other, because the browsers of one file want the whole machine. Where the system allows it, all
// of it happens in a network of its own with an address of each family besides loopback: nothing leaves the machine, no port can be
// taken, and Firefox, which never connects to a media address on loopback, finds one that it likes.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const FILE_TIMEOUT = 10 * 60 * 1000;
const TEST_ADDRESS = "10.211.0.1";
const TEST_ADDRESS_V6 = "fd11:c0fa::1";

const here = fileURLToPath(import.meta.url);
const wanted = process.argv.slice(2);

if (!process.env.E2E_ADDRESS && canUnshare()) {
  process.exit(runInOwnNetwork());
}

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

function unshareArguments() {
  return process.getuid() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"];
}

function canUnshare() {
  return spawnSync("unshare", [...unshareArguments(), "ip", "link", "set", "lo", "up"]).status === 0;
}

function runInOwnNetwork() {
  // A pair, because one end alone has no carrier; a default route, because Firefox asks for one before it trusts a page.
  const prepare = `ip link set lo up && ip link add confab0 type veth peer name confab1 && ip addr add ${TEST_ADDRESS}/24 dev confab0 && ip addr add ${TEST_ADDRESS_V6}/64 dev confab0 nodad && ip link set confab0 up && ip link set confab1 up && ip route add default dev confab0 && ip -6 route add default dev confab0 && exec "$@"`;
  const command = ["bash", "-eu", "-c", prepare, "bash", process.execPath, here, ...wanted];
  const env = { ...process.env, E2E_ADDRESS: TEST_ADDRESS, E2E_ADDRESS_V6: TEST_ADDRESS_V6 };
  return spawnSync("unshare", [...unshareArguments(), ...command], { stdio: "inherit", env }).status ?? 1;
}
