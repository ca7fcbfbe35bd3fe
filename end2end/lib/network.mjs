// A network of a run's own.
import { spawnSync } from "node:child_process";

const ADDRESS = "10.211.0.1";
const ADDRESS_V6 = "fd11:c0fa::1";

/**
 * Runs this script once more, with an address of each family besides loopback, where the system allows that: nothing
 * leaves the machine, no port can be taken, and who never uses a media address on loopback (Firefox, Janus) finds one
 * that it likes. Returns if this is that network already, or none can be had.
 */
export function enterOwnNetwork(script, args) {
  if (process.env.E2E_ADDRESS || !canUnshare()) return;
  process.exit(runInOwnNetwork(script, args));
}

function unshareArguments() {
  return process.getuid() === 0 ? ["--net"] : ["--user", "--map-root-user", "--net"];
}

function canUnshare() {
  return spawnSync("unshare", [...unshareArguments(), "ip", "link", "set", "lo", "up"]).status === 0;
}

function runInOwnNetwork(script, args) {
  // A pair, because one end alone has no carrier; a default route, because Firefox asks for one before it trusts a page.
  const prepare = `ip link set lo up && ip link add confab0 type veth peer name confab1 && ip addr add ${ADDRESS}/24 dev confab0 && ip addr add ${ADDRESS_V6}/64 dev confab0 nodad && ip link set confab0 up && ip link set confab1 up && ip route add default dev confab0 && ip -6 route add default dev confab0 && exec "$@"`;
  const command = ["bash", "-eu", "-c", prepare, "bash", process.execPath, script, ...args];
  const env = { ...process.env, E2E_ADDRESS: ADDRESS, E2E_ADDRESS_V6: ADDRESS_V6 };
  return spawnSync("unshare", [...unshareArguments(), ...command], { stdio: "inherit", env }).status ?? 1;
}
