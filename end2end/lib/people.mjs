// What people do on the pages, by the words that they read there.
import { open, openBrowser, openVisitor } from "./chromium.mjs";
import { eventually } from "./room.mjs";
import { Server } from "./server.mjs";

export const ADMINISTRATOR = { name: "Ada Admin", email: "ada@example.org", password: "a long walk home" };

/** Fills in who one is; the page asks for it at the first start and when signing up. */
export async function introduce({ page }, { name, email, password }) {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
}

/** Makes the administrator of a new server and ends on the page of meetings. */
export async function setUp(visitor, server, account = ADMINISTRATOR) {
  await open(visitor, await server.setupLink());
  await introduce(visitor, account);
  await visitor.page.getByRole("button", { name: "Create administrator" }).click();
  await visitor.page.waitForURL("**/meetings**");
}

export async function signUp(visitor, address, account) {
  await open(visitor, address);
  await introduce(visitor, account);
  await visitor.page.getByRole("button", { name: "Create account" }).click();
}

export async function signIn(visitor, server, { email, password }) {
  await open(visitor, `${server.origin}/sign-in`);
  await visitor.page.getByLabel("E-mail address").fill(email);
  await visitor.page.getByLabel("Password", { exact: true }).fill(password);
  await visitor.page.getByRole("button", { name: "Sign in" }).click();
}

/** Makes a meeting with the dialog and tells its link. */
export async function createMeeting(visitor, server, { title, password }) {
  const { page } = visitor;
  await open(visitor, `${server.origin}/meetings`);
  await page.getByRole("link", { name: "New meeting" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New meeting" });
  await dialog.getByLabel("Title").fill(title);
  if (password) await dialog.getByRole("textbox", { name: "Password" }).fill(password);
  await dialog.getByRole("button", { name: "Create meeting" }).click();
  const created = page.getByRole("dialog", { name: "Your meeting is ready" });
  return created.getByRole("textbox", { name: "Meeting link" }).inputValue();
}

/** Starts a server with an administrator who has a meeting; tells the server, the meeting's link, and whose it is. */
export async function openMeeting(title, settings, media) {
  const server = await Server.start(settings, media);
  const browser = await openBrowser();
  const owner = await openVisitor(browser, { scripts: false });
  await setUp(owner, server);
  const link = await createMeeting(owner, server, { title });
  const storageState = await owner.context.storageState();
  await browser.close();
  return { server, link, storageState };
}

/**
 * Opens the ⋮ menu of what is called so, and waits until it rests. A click on a line that still moves is tried again after the
 * page was scrolled; the menu follows a frame later, the click falls beside it, and that closes it.
 */
export async function openMenu(visitor, title) {
  const name = `More for ${title}`;
  await visitor.page.getByRole("button", { name, exact: true }).click();
  const menu = visitor.page.getByRole("group", { name, exact: true });
  await menu.waitFor();
  await eventually(visitor, `has ${name} at rest`, () =>
    menu.evaluate((shown) => shown.getAnimations({ subtree: true }).length === 0),
  );
  return menu;
}

/** The ID in a meeting's link. */
export function idOf(link) {
  return new URL(link).pathname.split("/").at(-1);
}

/** Changes switches of a meeting's settings, by their label. */
export async function changeOptions(visitor, server, link, options) {
  const { page } = visitor;
  await open(visitor, `${server.origin}/meetings/${idOf(link)}/settings`);
  for (const [label, on] of Object.entries(options)) {
    await page.getByRole("switch", { name: label }).setChecked(on);
  }
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Changes saved").waitFor();
}
