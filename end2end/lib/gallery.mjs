// Pictures of a page for people to look at, and what axe-core says about it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { open } from "./chromium.mjs";

const ARTIFACTS = fileURLToPath(new URL("../artifacts/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1440, height: 900 } };
const SCHEMES = ["light", "dark"];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Photographs the page as it stands, small and large, light and dark, and returns what a reader could stumble over:
 * violations that axe-core finds, and a page that is wider than its window. `at` is what the pictures begin with, if not the
 * top of the page; `sizes` are those in which there is something to see.
 */
export async function photograph(page, name, { at, sizes = Object.keys(SIZES) } = {}) {
  const faults = [];
  for (const size of sizes) {
    const viewport = SIZES[size];
    await page.setViewportSize(viewport);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      if (at) await page.locator(at).evaluate((element) => element.scrollIntoView());
      await page.evaluate(atRest);
      await page.screenshot({ path: `${ARTIFACTS}${name}-${size}-${colorScheme}.png` });
      for (const fault of await check(page, viewport)) faults.push(`${name} ${size} ${colorScheme}: ${fault}`);
    }
  }
  return faults;
}

/** Opens an address, brings the page where `prepare` wants it, photographs it, and wants no fault in it. */
export async function look(visitor, name, address, prepare, options) {
  await open(visitor, address);
  await prepare?.(visitor.page);
  await isFine(visitor, name, options);
}

/** Photographs the page as it stands, and wants no fault in it; the window is as large as before. */
export async function isFine({ page }, name, options) {
  const size = page.viewportSize();
  const faults = await photograph(page, name, options);
  await page.setViewportSize(size);
  assert.deepEqual(faults, []);
}

async function check(page, viewport) {
  const excess = await page.evaluate(widerThanWindow);
  // All of the page at once: what lies under a bar until one scrolls is no fault.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...viewport, height: Math.max(viewport.height, height) });
  await page.evaluate(atRest);
  const faults = await axe(page);
  await page.setViewportSize(viewport);
  if (excess > 0) faults.push(`${excess} px wider than the window`);
  return faults;
}

async function axe(page) {
  // As an evaluated text and not as a script element: the page's content security policy stays in force.
  await page.evaluate(AXE);
  const violations = await page.evaluate(
    async (values) => (await globalThis.axe.run(document, { runOnly: { type: "tag", values } })).violations,
    RULES,
  );
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(" | ")})`);
}

// The functions below run in the browser.

/** Two frames, the one that lays out anew and the one that is seen; then whatever still glides, whose colours are no one's. */
async function atRest() {
  for (let frames = 0; frames < 2; frames += 1) await new Promise((done) => requestAnimationFrame(done));
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}

/** By how much the page is wider than its window, at the latest after a second: scripts lay some pages out anew. */
async function widerThanWindow() {
  const excess = () => document.documentElement.scrollWidth - innerWidth;
  for (let frames = 0; frames < 60 && excess() > 0; frames += 1) await new Promise((done) => requestAnimationFrame(done));
  return excess();
}
