// Chromium, as the people of the tests use it.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { fakeDevices } from "./fakes.mjs";

const PATIENCE = 45_000;
const START_TIMEOUT = 90_000;

/** Devices that are made up. */
export const FAKE_DEVICES = "--use-fake-device-for-media-stream";
/** Whatever the browser asks the person is answered with yes. */
export const FAKE_CONSENT = "--use-fake-ui-for-media-stream";

/** Starts a browser whose devices are nobody's in particular; pages come from `openVisitor`. */
export async function openBrowser(extra = [], devices = [FAKE_DEVICES, FAKE_CONSENT]) {
  const args = ["--no-sandbox", ...devices, ...extra];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args, timeout: START_TIMEOUT });
}

/**
 * Starts a browser whose camera and microphone are this person's. `leave()` closes it.
 *
 * The fake devices belong to a process, so each person needs a browser of their own: three people, three browsers. `args`
 * are further ones of the browser's.
 */
export async function openPerson(person, { args = [], ...options } = {}) {
  const devices = fakeDevices(person);
  const browser = await openBrowser([
    `--use-file-for-fake-video-capture=${devices.video}`,
    `--use-file-for-fake-audio-capture=${devices.audio}`,
    ...args,
  ]);
  const visit = await openVisitor(browser, options);
  return {
    ...visit,
    person,
    leave: async () => {
      await browser.close();
      devices.remove();
    },
  };
}

/**
 * A page in a context of its own that notes every complaint of the browser in `complaints`.
 *
 * With `scripts: false` the browser runs none, as some readers' browsers do. Nothing glides unless `options` want it, so that
 * what is clicked stands still. What a visitor can do in Firefox too stands here and in firefox.mjs under the same names:
 * `goto`, `fill`, `press`, `whenever` (a script before every page's own).
 */
export async function openVisitor(browser, { scripts = true, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    javaScriptEnabled: scripts,
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  return {
    context,
    page,
    scripts,
    complaints: listen(page),
    goto: (address) => open({ page, scripts }, address),
    fill: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
    press: (button) => page.getByRole("button", { name: button }).first().click(),
    whenever: (script, argument) => page.addInitScript(script, argument),
    picture: (path) => page.screenshot({ path }),
  };
}

/** Runs `story` with a visitor of their own, and fails if the browser complained. */
export async function visit(browser, options, story) {
  const visitor = await openVisitor(browser, options);
  try {
    await story(visitor, visitor.page);
    assert.deepEqual(visitor.complaints, []);
  } finally {
    await visitor.context.close();
  }
}

/** What the console and the page complain about, from here on. */
function listen(page) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // That another test made itself a network is nothing that this page did.
    const isOurs = message.type() === "error" && !message.text().includes("ERR_NETWORK_CHANGED");
    if (isOurs) complaints.push(`${page.url()}: ${message.text()}`);
  });
  return complaints;
}

/** Opens an address and waits until the page is alive. */
export async function open(visitor, address) {
  const response = await visitor.page.goto(address);
  await alive(visitor);
  return response;
}

/** Clicks before this are not heard; a page without scripts is alive at once. */
export async function alive({ page, scripts }) {
  if (scripts) await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
}

/** Holds back what the page asks next for at this address, until what is answered is called. */
export async function holdBack(page, address) {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  const held = async (route) => {
    await released;
    await route.continue();
  };
  await page.route(address, held, { times: 1 });
  return release;
}
