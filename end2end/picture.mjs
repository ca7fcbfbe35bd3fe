// Takes the picture in README.md: `node end2end/picture.mjs`, after `make e2e`.
//
// One browser, four people; each is drawn by the page, so that nobody's face is needed.
import { fileURLToPath } from "node:url";
import { openBrowser, openVisitor } from "./lib/chromium.mjs";
import { createMeeting, setUp } from "./lib/people.mjs";
import { eventually, join, reads } from "./lib/room.mjs";
import { Server } from "./lib/server.mjs";

const PICTURE = fileURLToPath(new URL("../docs/images/room.png", import.meta.url));
const PEOPLE = [
  { name: "Amara Diallo", hue: 20, skin: "#8d5a3c", hair: "#2a1c16", shirt: "#d8b25f" },
  { name: "Jonas Weber", hue: 205, skin: "#e3b592", hair: "#6b4a2c", shirt: "#3f6d8c" },
  { name: "Mei Tanaka", hue: 150, skin: "#efc8a4", hair: "#1d1b1f", shirt: "#c4574f" },
  { name: "Tomás Rivera", hue: 285, skin: "#c98f66", hair: "#33241b", shirt: "#4d7a59" },
];
const WORDS = [
  [1, "Morning! The draft is at https://example.org/agenda"],
  [2, "Thanks, I read it on the train. Two small questions for the end."],
  [3, "Good. Shall we start with the garden?"],
];

/** For the page: a camera that films a drawn person in a lit room. */
function drawnPerson({ hue, skin, hair, shirt }) {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const paint = canvas.getContext("2d");
  const round = (x, y, width, height, fill) => {
    paint.fillStyle = fill;
    paint.beginPath();
    paint.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
    paint.fill();
  };
  const draw = () => {
    const sway = Math.sin(performance.now() / 900) * 8;
    const wall = paint.createRadialGradient(960, 120, 60, 640, 360, 900);
    wall.addColorStop(0, `hsl(${hue} 32% 72%)`);
    wall.addColorStop(1, `hsl(${hue} 28% 30%)`);
    paint.fillStyle = wall;
    paint.fillRect(0, 0, 1280, 720);
    round(640 + sway, 265, 150, 170, hair);
    round(640 + sway / 2, 760, 330, 250, shirt);
    paint.fillStyle = skin;
    paint.fillRect(590 + sway * 0.8, 400, 100, 130);
    round(640 + sway * 0.8, 525, 72, 46, skin);
    round(640 + sway, 315, 122, 150, skin);
    round(640 + sway, 200, 132, 66, hair);
  };
  draw();
  setInterval(draw, 66);
  navigator.mediaDevices.getUserMedia = async ({ audio = false, video = false } = {}) => {
    const stream = audio ? await real({ audio }) : new MediaStream();
    if (video) for (const track of canvas.captureStream(15).getTracks()) stream.addTrack(track);
    return stream;
  };
}

const server = await Server.start();
const browser = await openBrowser();
try {
  const owner = await openVisitor(browser);
  await setUp(owner, server);
  const link = await createMeeting(owner, server, { title: "Garden committee" });
  const people = [];
  for (const person of PEOPLE) {
    const visitor = await openVisitor(browser, { viewport: { width: 1440, height: 900 } });
    await visitor.whenever(drawnPerson, person);
    await join(visitor, link, person);
    people.push(visitor);
  }
  const [viewer] = people;
  await viewer.press("Chat");
  for (const [who, text] of WORDS) {
    await people[who].press("Chat");
    await people[who].fill("Message to everyone", text);
    await people[who].press("Send");
    await reads(viewer, text);
  }
  await eventually(viewer, "sees everybody", () =>
    viewer.page.evaluate(() => [...document.querySelectorAll("video")].filter((video) => video.videoWidth >= 640).length >= 4),
  );
  await viewer.page.mouse.move(720, 899);
  await viewer.picture(PICTURE);
} finally {
  await browser.close();
  await server.remove();
}
