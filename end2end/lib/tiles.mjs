// The tiles of a room as people of chromium.mjs find them: by the name that is read aloud.
import { eventually, tiles } from "./room.mjs";

/** The tile of whoever, or of whatever screen, is called so. */
export function tile({ page }, name) {
  return page.getByRole("article", { name, exact: true });
}

/** Waits until the tile of this name is by far the largest of several. */
export async function seesLarge(visitor, name) {
  await eventually(visitor, `sees ${name} large`, async () => {
    const shown = await tiles(visitor);
    const large = shown.find((one) => one.name === name);
    const others = shown.filter((one) => one !== large);
    const isLarge = large?.inside && others.length > 0 && others.every((other) => area(large) > 2 * area(other));
    return isLarge === true || shown.map(({ name: whose, width, height }) => [whose, width, height]);
  });
}

/** Waits until there are so many tiles, all of one size. */
export async function seesAlike(visitor, count) {
  await eventually(visitor, `sees ${count} tiles alike`, async () => {
    const areas = (await tiles(visitor)).map(area);
    return (areas.length === count && Math.max(...areas) < 1.02 * Math.min(...areas)) || areas;
  });
}

function area({ width, height }) {
  return width * height;
}
