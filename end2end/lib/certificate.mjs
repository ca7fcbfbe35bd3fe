// A certificate of one's own for an address, made by the very line that README.md gives to newcomers.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const README = fileURLToPath(new URL("../../README.md", import.meta.url));

/** The files of a new certificate for this address and of its key; `remove()` deletes them. */
export function makeCertificate(address) {
  const folder = mkdtempSync(join(tmpdir(), "confab-certificate-"));
  const [line] = /^openssl req .*$/m.exec(readFileSync(README, "utf8"));
  const env = { ...process.env, IP: address };
  execFileSync("bash", ["-euc", line], { cwd: folder, env, stdio: ["ignore", "ignore", "pipe"] });
  return {
    certificate: join(folder, "certificate.pem"),
    key: join(folder, "key.pem"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
