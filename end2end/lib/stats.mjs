// What a browser counts of its media connection (getStats), for people of room.mjs.
import { eventually } from "./room.mjs";

/** The reports of one type, and of one kind of media, of the connection that stands. */
export async function reports(visitor, type, kind) {
  return visitor.page.evaluate(readReports, { type, kind });
}

/** How much a count of all such reports together grows in a second, watched for so many milliseconds. */
export async function growth(visitor, type, kind, count, span) {
  const look = async () => {
    const found = await reports(visitor, type, kind);
    return { time: found[0]?.timestamp ?? 0, sum: found.reduce((sum, report) => sum + (report[count] ?? 0), 0) };
  };
  const first = await look();
  let last = first;
  await eventually(visitor, `has counted ${count} for ${span} ms`, async () => {
    last = await look();
    return last.time - first.time >= span || last;
  });
  return ((last.sum - first.sum) * 1000) / (last.time - first.time);
}

/** The lines of the largest picture that leaves. */
export async function linesSent(visitor) {
  const sent = await reports(visitor, "outbound-rtp", "video");
  const flows = sent.filter(({ active, framesPerSecond }) => active !== false && framesPerSecond > 0);
  return Math.max(0, ...flows.map(({ frameHeight }) => frameHeight));
}

/** The two ends, as candidates of ICE, of what the media goes by, for each connection that stands. */
export async function waysInUse(visitor) {
  return visitor.page.evaluate(readWays);
}

// The functions below run in the browser.

async function readReports({ type, kind }) {
  const connection = globalThis.notedConnections?.findLast(({ connectionState }) => connectionState === "connected");
  const all = connection ? [...(await connection.getStats()).values()] : [];
  return all.filter((report) => report.type === type && (!kind || report.kind === kind));
}

async function readWays() {
  const ways = [];
  for (const connection of globalThis.notedConnections) {
    if (connection.connectionState !== "connected") continue;
    const reports = await connection.getStats();
    const transport = [...reports.values()].find(({ type }) => type === "transport");
    const { localCandidateId, remoteCandidateId } = reports.get(transport.selectedCandidatePairId);
    ways.push({ local: reports.get(localCandidateId), remote: reports.get(remoteCandidateId) });
  }
  return ways;
}
