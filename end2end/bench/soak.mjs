// People come and go: `node end2end/bench/soak.mjs [minutes]`, half an hour without a word. Fails if anything of them
// stays.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { enterOwnNetwork } from "../lib/network.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOAD = process.env.LOAD_BIN ?? `${ROOT}target/release/load`;
process.env.E2E_BIN ??= `${ROOT}target/release/confab`;
const [minutes = "30"] = process.argv.slice(2);
enterOwnNetwork(fileURLToPath(import.meta.url), [minutes]);

const { openMeeting } = await import("../lib/people.mjs");
const { mediaAddress } = await import("../lib/server.mjs");

const { server, link } = await openMeeting("Soak", 'metrics.from = ["127.0.0.1"]');
try {
  const where = ["--url", server.origin.replace("http:", "ws:"), "--meeting", link, "--bind", mediaAddress()];
  const options = ["soak", "--minutes", minutes, "--people", "50", "--server-pid", String(server.pid)];
  process.exitCode = spawnSync(LOAD, [...options, ...where], { stdio: "inherit" }).status ?? 1;
} finally {
  await server.remove();
}
