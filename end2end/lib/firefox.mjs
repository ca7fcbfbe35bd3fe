// Firefox, driven over WebDriver BiDi: the people in it can do what room.mjs asks of them.
import puppeteer from "puppeteer-core";
import { fakeCamera, paintings } from "./fakes.mjs";

const PATIENCE = 45_000;
const START_TIMEOUT = 90_000;

/** Starts a Firefox whose camera and microphone are this person's. `leave()` closes it. */
export async function openFirefoxPerson(person) {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    headless: true,
    timeout: START_TIMEOUT,
    extraPrefsFirefox: {
      "media.autoplay.default": 0,
      "media.navigator.audio.fake_frequency": person.tone,
      "media.navigator.permission.disabled": true,
      "media.navigator.streams.fake": true,
    },
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport({ width: 1280, height: 800 });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  await page.evaluateOnNewDocument(paintings);
  await page.evaluateOnNewDocument(fakeCamera, person.colour);
  return {
    page,
    person,
    complaints,
    goto: async (address) => {
      await page.goto(address);
      await page.waitForSelector("html[data-hydrated]");
    },
    fill: (label, text) => page.locator(`::-p-aria([name="${label}"][role="textbox"])`).fill(text),
    press: (button) => page.locator(`::-p-aria([name="${button}"][role="button"])`).click(),
    whenever: (script, argument) => page.evaluateOnNewDocument(script, argument),
    picture: (path) => page.screenshot({ path }),
    leave: () => browser.close(),
  };
}
