// Real sockets, from and to a real server: microseconds a message, a round trip or a connection.

import { observed } from "./observe.js";
import { inWords, payloads } from "./payloads.js";
import { race } from "./race.js";
import { address } from "./servers.js";

/** What is sent, and how much of it a batch: some 50 milliseconds. */
const MESSAGES = [
    ["binary", 16, 4_000],
    ["binary", 4096, 2_000],
    ["binary", 65536, 200],
    ["text", 4096, 2_000],
];
const ROUND_TRIPS = 200;
const CONNECTIONS = 30;

export async function sockets({ rounds, candidates }, report) {
    for (const [kind, size, count] of MESSAGES) {
        const samples = await race(candidates, rounds, flood(kind, size, count));
        await report("floods from a server", `${kind} ${inWords(size)}`, "µs", samples);
    }
    for (const [kind, size, count] of MESSAGES) {
        const runners = await openAll(candidates, `/test/sink?after=${count}`);
        const [payload] = payloads(kind, size);
        const samples = await race(runners, rounds, upload(payload, count));
        await report("uploads to a server", `${kind} ${inWords(size)}`, "µs", samples);
        await closeAll(runners);
    }
    const runners = await openAll(candidates, "/echo");
    const [payload] = payloads("binary", 16);
    const trips = await race(runners, rounds, ({ candidate, socket }) =>
        timed(ROUND_TRIPS, () => candidate.echo(socket, payload, ROUND_TRIPS)),
    );
    await report("one at a time", "round trip, 16 B", "µs", trips);
    await closeAll(runners);

    const connections = await race(candidates, rounds, connectAndClose);
    await report("one at a time", "connect and close", "µs", connections);
}

/** A server sends all it has as soon as it is connected. */
function flood(kind, size, count) {
    const expected = new Map([["text", "x".repeat(size)], ["binary", new ArrayBuffer(size)]]);
    return async (candidate) => {
        const url = address(`/test/flood?count=${count}&size=${size}&kind=${kind}`);
        const raw = observed(url);
        let socket;
        const time = await timed(count, async () => {
            socket = await candidate.open(url);
            const total = await candidate.receive(socket, count);
            if (total !== candidate.counted(expected.get(kind)) * count) {
                throw new Error(`${candidate.name} counted ${total}`);
            }
        });
        await end(candidate, socket, raw);
        return time;
    };
}

/** The time until the server says that it has read all of them. */
const upload = (payload, count) => ({ candidate, socket }) =>
    timed(count, async () => {
        await candidate.send(socket, payload, count);
        await candidate.receive(socket, 1);
    });

/** Each connection is closed before the next one is opened. */
const connectAndClose = (candidate) =>
    timed(CONNECTIONS, async () => {
        for (let i = 0; i < CONNECTIONS; i++) {
            const url = address("/echo");
            const raw = observed(url);
            await end(candidate, await candidate.open(url), raw);
        }
    });

async function end(candidate, socket, raw) {
    candidate.close(socket);
    await (await raw).closed;
}

const openAll = (candidates, path) =>
    Promise.all(
        candidates.map(async (candidate) => ({
            name: candidate.name,
            candidate,
            socket: await candidate.open(address(path)),
        })),
    );

const closeAll = (runners) =>
    Promise.all(runners.map(({ candidate, socket }) => candidate.close(socket)));

/** Microseconds for each of so many. */
async function timed(count, work) {
    const start = performance.now();
    await work();
    return ((performance.now() - start) * 1e3) / count;
}
