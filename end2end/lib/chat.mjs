// What is written in a meeting by somebody who needs no room to write in: only the signalling.
import { openVisitor } from "./chromium.mjs";
import { idOf } from "./people.mjs";

/** Below what one connection may say at once. */
const AT_ONCE = 50;

/** Has a guest called `name` write all of this, one after the other, so that each is saved before the next. */
export async function writeAll(browser, link, name, texts) {
  const visitor = await openVisitor(browser);
  await visitor.goto(new URL("/", link).href);
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    await visitor.page.evaluate(say, { meeting: idOf(link), name, texts: texts.slice(at, at + AT_ONCE) });
  }
  await visitor.context.close();
}

/** Comes in, writes, waits until each message is saved, and leaves. Runs in the browser. */
async function say({ meeting, name, texts }) {
  const letters = "0123456789abcdefghjkmnpqrstvwxyz";
  const random = () => [...crypto.getRandomValues(new Uint8Array(26))].map((octet) => letters[octet % 32]).join("");
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/${meeting}`);
  /** Sends a message and waits for the answer to it. */
  const ask = (message, answer) =>
    new Promise((answered, refused) => {
      socket.onmessage = ({ data }) => {
        const { type } = JSON.parse(data);
        if (type === answer) answered();
        if (type === "error" || type === "bye") refused(new Error(data));
      };
      socket.onclose = () => refused(new Error(`closed before ${answer}`));
      socket.send(JSON.stringify(message));
    });
  await new Promise((open, broken) => {
    socket.onopen = open;
    socket.onerror = () => broken(new Error("the socket broke"));
  });
  await ask({ type: "hello", protocol: 1, name }, "welcome");
  for (const text of texts) await ask({ type: "chat", id: `msg_${random()}`, text }, "chat_saved");
  await new Promise((gone) => {
    socket.onclose = gone;
    socket.send(JSON.stringify({ type: "leave" }));
  });
}
