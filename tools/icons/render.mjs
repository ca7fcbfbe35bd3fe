// Draws the raster icons in public/ from public/favicon.svg.
//
// Run it after changing the mark: `npm ci` in end2end, then `node tools/icons/render.mjs`.
// Browsers that read SVG icons never load these; they are for home screens and for old browsers.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

const root = new URL("../../", import.meta.url);
const { chromium } = createRequire(new URL("end2end/package.json", root))("playwright-core");

// A launcher may crop a maskable icon to its inner 80 %: full ground, smaller mark.
const svg = await readFile(new URL("public/favicon.svg", root), "utf8");
const square = svg.replace('rx="16"', "");
const maskable = square.replace(/(<path|<circle)/g, '$1 transform="translate(32 32) scale(.8) translate(-32 -32)"');

const wanted = [
  ["apple-touch-icon.png", 180, square],
  ["icon-192.png", 192, svg],
  ["icon-512.png", 512, svg],
  ["icon-maskable-512.png", 512, maskable],
];

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();

async function png(size, picture) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${picture}`);
  return page.screenshot({ omitBackground: true });
}

for (const [name, size, picture] of wanted) {
  await writeFile(new URL(`public/${name}`, root), await png(size, picture));
}

// An .ico is a six-byte header, one 16-byte entry per picture, then the pictures; PNG is allowed inside.
const image = await png(32, svg);
const header = Buffer.alloc(22);
header.writeUInt16LE(1, 2);
header.writeUInt16LE(1, 4);
header.writeUInt8(32, 6);
header.writeUInt8(32, 7);
header.writeUInt16LE(1, 10);
header.writeUInt16LE(32, 12);
header.writeUInt32LE(image.length, 14);
header.writeUInt32LE(header.length, 18);
await writeFile(new URL("public/favicon.ico", root), Buffer.concat([header, image]));

await browser.close();
