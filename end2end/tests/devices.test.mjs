// Cameras and microphones that are refused, missing, in use, changed or pulled out: each is said in words, and nobody
// is kept from coming in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FAKE_DEVICES, FAKE_CONSENT, openBrowser, openPerson, openVisitor } from "../lib/chromium.mjs";
import { CAST, troublesomeDevices } from "../lib/fakes.mjs";
import { photograph } from "../lib/gallery.mjs";
import { createMeeting, setUp } from "../lib/people.mjs";
import { eventually, inRoom, join, reads, readsNoMore, tiles } from "../lib/room.mjs";
import { Server } from "../lib/server.mjs";

let server;
let link;
let browser;
let ben;

before(async () => {
  server = await Server.start();
  // Three cameras (the second gives depth, which nothing shows), and the microphones and speakers that Chromium makes up.
  browser = await openBrowser([], [`${FAKE_DEVICES}=device-count=3`, FAKE_CONSENT]);
  const owner = await openVisitor(browser);
  await setUp(owner, server);
  link = await createMeeting(owner, server, { title: "Whatever works" });
  await owner.context.close();
  ben = await openPerson(CAST.ben);
  await join(ben, link);
});

after(async () => {
  await ben?.leave();
  await browser.close();
  await server.remove();
});

/** Runs `story` with a visitor whose devices give trouble; `refused` are the exceptions of audio and video. */
async function withTrouble(refused, story) {
  const visitor = await openVisitor(browser);
  await visitor.whenever(troublesomeDevices, refused);
  try {
    await story(visitor);
    assert.deepEqual(visitor.complaints, []);
  } finally {
    await visitor.context.close();
  }
}

/** Waits until Ben sees this person's camera move, or sees that there is none. */
async function benSees(name, moving) {
  let before;
  await eventually(ben, `sees ${name} ${moving ? "move" : "no more"}`, async () => {
    const tile = (await tiles(ben)).find((shown) => shown.name === name);
    const moved = before !== undefined && tile?.pictures > before;
    before = tile?.pictures;
    return moved === moving || tile;
  });
}

/** The names of the devices that this page sends from. */
function sending(visitor) {
  return visitor.page.evaluate(() =>
    globalThis.notedConnections
      .filter(({ connectionState }) => connectionState === "connected")
      .flatMap((connection) => connection.getSenders().map(({ track }) => track?.label ?? "")),
  );
}

async function openDevices({ page }) {
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("button", { name: "Microphone, camera, speaker" }).click();
  return page.getByRole("dialog", { name: "Microphone, camera, speaker" });
}

/** Waits until a test sound was heard from this speaker. */
async function soundsFrom(visitor, speaker) {
  await eventually(visitor, `hears a test sound from “${speaker}”`, () =>
    visitor.page.evaluate((wanted) => {
      const heard = globalThis.testSounds.map(({ player, loudest }) => ({ speaker: player.sinkId, loudest }));
      return heard.some((sound) => sound.speaker === wanted && sound.loudest > -60) || heard;
    }, speaker),
  );
}

/** How wide a list of choices is, and how wide the longest of them wants it. Runs in the browser. */
function widths(select) {
  const free = select.cloneNode(true);
  free.style.width = "max-content";
  select.after(free);
  const needed = free.offsetWidth;
  free.remove();
  return { there: select.offsetWidth, needed };
}

/** For the page: listens to all that is played outside of the document. Runs in the browser. */
function noteTestSounds() {
  globalThis.testSounds = [];
  const real = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function play() {
    if (!this.isConnected) {
      const audio = new AudioContext();
      const analyser = new AnalyserNode(audio);
      audio.createMediaStreamSource(this.srcObject).connect(analyser);
      const sound = { player: this, loudest: -999 };
      globalThis.testSounds.push(sound);
      const levels = new Float32Array(analyser.frequencyBinCount);
      setInterval(() => {
        analyser.getFloatFrequencyData(levels);
        sound.loudest = Math.max(sound.loudest, ...levels);
      }, 50);
    }
    return real.call(this);
  };
}

test("whoever refuses camera and microphone is told how to allow them, and comes in", async () => {
  const refusing = await openBrowser(["--deny-permission-prompts"], [FAKE_DEVICES]);
  const visitor = await openVisitor(refusing);
  await visitor.goto(link);
  await reads(visitor, "Camera and microphone are blocked. To allow them, click the icon at the left of the address bar, then try again.");
  await eventually(visitor, "is told once for both", async () => {
    const said = await visitor.page.getByRole("button", { name: "Try again" }).count();
    return said === 1 || said;
  });
  await join(visitor, link, { name: "Rae Refuses" });
  // At the door it was said; in the room it is said again to whoever tries.
  await readsNoMore(visitor, "are blocked");
  await visitor.press("Turn camera on");
  await reads(visitor, "The camera is blocked");
  await visitor.press("Close");
  await readsNoMore(visitor, "is blocked");
  await reads(ben, "Rae Refuses");
  await refusing.close();
});

test("without a camera and a microphone one comes in, hears and writes", async () => {
  await withTrouble({ audio: "NotFoundError", video: "NotFoundError" }, async (visitor) => {
    await visitor.goto(link);
    await reads(visitor, "No camera and no microphone were found. Connect them and try again, or go on without them.");
    await join(visitor, link, { name: "Nia None" });
    await visitor.press("Chat");
    await visitor.fill("Message to everyone", "No camera here");
    await visitor.press("Send");
    await ben.press("Chat");
    await reads(ben, "No camera here");
    await ben.press("Chat");
  });
});

test("a camera that another program holds is named, leaves the microphone alone, and works once it is free", async () => {
  await withTrouble({ video: "NotReadableError" }, async (visitor) => {
    await visitor.goto(link);
    await reads(visitor, "The camera is in use by another program. Close that program, then try again.");
    await readsNoMore(visitor, "The microphone");
    await visitor.page.evaluate(() => {
      globalThis.refusedDevices = {};
    });
    await visitor.press("Try again");
    await readsNoMore(visitor, "in use");
    await visitor.fill("Your name", "Ida In-Use");
    await visitor.press("Join");
    await inRoom(visitor);
    await benSees("Ida In-Use", true);
  });
});

test("SM-41 SM-44 camera, microphone and speaker are changed in the room, while the others go on seeing", async () => {
  await withTrouble({}, async (visitor) => {
    await join(visitor, link, { name: "Sam Switches" });
    await benSees("Sam Switches", true);
    const dialog = await openDevices(visitor);
    const chosen = { Camera: "fake_device_2", Microphone: "Fake Audio Input 2", Speaker: "Fake Audio Output 2" };
    for (const [kind, label] of Object.entries(chosen)) {
      const choice = dialog.getByLabel(kind, { exact: true });
      await eventually(visitor, `has the system's ${kind}`, async () => {
        const chosen = await choice.evaluate((select) => select.selectedOptions[0]?.label);
        return chosen === "System default" || chosen;
      });
      await choice.selectOption({ label });
    }
    await eventually(visitor, "sends from the chosen devices", async () => {
      const labels = await sending(visitor);
      return (labels.includes(chosen.Camera) && labels.includes(chosen.Microphone)) || labels;
    });
    await eventually(visitor, "plays to the chosen speaker", () =>
      visitor.page.evaluate(async (label) => {
        const devices = await navigator.mediaDevices.enumerateDevices();
        const wanted = devices.find((device) => device.kind === "audiooutput" && device.label === label).deviceId;
        const players = [...document.querySelectorAll("audio")];
        return (players.length > 0 && players.every(({ sinkId }) => sinkId === wanted)) || players.length;
      }, chosen.Speaker),
    );
    await visitor.page.keyboard.press("Escape");
    await benSees("Sam Switches", true);
  });
});

test("what each choice is for is written beside it, on a phone too", async () => {
  await withTrouble({}, async (visitor) => {
    const { page } = visitor;
    await page.setViewportSize({ width: 360, height: 740 });
    await visitor.goto(link);
    for (const name of ["Microphone", "Camera", "Speaker", "Stream quality"]) {
      await eventually(visitor, `has ${name} before its choice`, async () => {
        const choice = await page.getByRole("combobox", { name, exact: true }).boundingBox();
        const label = await page.locator("label").filter({ hasText: new RegExp(`^${name}$`) }).boundingBox();
        return (label.width > 20 && label.x + label.width <= choice.x) || { label, choice };
      });
    }
    await eventually(visitor, "has no choice cut off", async () => {
      const quality = await page.getByRole("combobox", { name: "Stream quality" }).evaluate(widths);
      return quality.needed <= quality.there || quality;
    });
  });
});

test("how loud one is, and how the chosen speaker sounds, is tried out at the door and in the room", async () => {
  await withTrouble({}, async (visitor) => {
    const { page } = visitor;
    await visitor.whenever(noteTestSounds);
    await visitor.goto(link);
    await visitor.press("Play a test sound");
    await soundsFrom(visitor, "");
    await join(visitor, link, { name: "Tess Tries" });
    const dialog = await openDevices(visitor);
    await eventually(visitor, "sees her own level", async () => {
      const level = await dialog.getByRole("meter", { name: "Microphone level" }).getAttribute("aria-valuenow");
      return Number(level) > 0 || level;
    });
    await dialog.getByText("Speak: the line fills").waitFor();
    const speaker = dialog.getByLabel("Speaker", { exact: true });
    await speaker.selectOption({ label: "Fake Audio Output 2" });
    await dialog.getByRole("button", { name: "Play a test sound" }).click();
    await soundsFrom(visitor, await speaker.inputValue());
    assert.deepEqual(await photograph(page, "room-devices"), []);
  });
});

test("SM-44 where the browser cannot choose a speaker, it says so instead of offering one", async () => {
  await withTrouble({}, async (visitor) => {
    await visitor.whenever(() => {
      delete HTMLMediaElement.prototype.setSinkId;
    });
    await visitor.goto(link);
    await reads(visitor, "This browser plays through the system's speaker");
    assert.equal(await visitor.page.getByLabel("Speaker").count(), 0);
    await visitor.page.getByRole("button", { name: "Play a test sound" }).waitFor();
  });
});

test("a camera and a microphone that are pulled out in the room are missed in words, and taken back by a press", async () => {
  await withTrouble({}, async (visitor) => {
    await join(visitor, link, { name: "Una Unplugs" });
    await benSees("Una Unplugs", true);
    for (const [kind, name] of [["video", "camera"], ["audio", "microphone"]]) {
      await visitor.page.evaluate((which) => globalThis.pullOut(which), kind);
      await reads(visitor, `The ${name} stopped: it was unplugged, or the system took it away.`);
      await visitor.page.getByRole("button", { name: `Turn ${name} on` }).waitFor();
      if (kind === "video") await benSees("Una Unplugs", false);
      await visitor.press("Try again");
      await readsNoMore(visitor, `The ${name} stopped`);
      await visitor.page.getByRole("button", { name: `Turn ${name} off` }).waitFor();
    }
    await benSees("Una Unplugs", true);
  });
});
