// The cost of a wrapper: nanoseconds a message, received from and sent to a fake socket.

import { openFake } from "./fake.js";
import { KINDS, inWords, payloads } from "./payloads.js";
import { race } from "./race.js";

/** So many messages a batch, by size: some milliseconds, and whole turns of the payloads. */
const RECEIVED = { 16: 16_000, 4096: 3_200, 65536: 400 };
/** So many events at a time, where they come in bursts. */
const BURST = 50;
/** Fewer, for the sake of a peer that makes a Blob of each, which takes long. */
const SENT = { 16: 4_000, 4096: 1_600, 65536: 400 };

export async function wrapper(plan, report) {
    const runners = [];
    for (const candidate of plan.candidates) {
        runners.push({ name: candidate.name, candidate, ...(await openFake(candidate)) });
    }
    const directions = [
        ["receive", RECEIVED, (ring, messages) => receive(ring, messages, 1)],
        ["receive in bursts", RECEIVED, (ring, messages) => receive(ring, messages, BURST)],
        ["send", SENT, send],
    ];
    const kinds = plan.quick ? KINDS.filter((kind) => kind !== "multibyte text") : KINDS;
    for (const [direction, sizes, batchOf] of directions) {
        for (const kind of kinds) {
            for (const [size, messages] of Object.entries(sizes)) {
                const batch = batchOf(payloads(kind, Number(size)), messages);
                const samples = await race(runners, plan.rounds, batch);
                await report(direction, `${kind} ${inWords(size)}`, "ns", samples);
            }
        }
    }
    for (const { candidate, socket } of runners) {
        await candidate.close(socket);
    }
}

/**
 * A task awaits the messages one by one. After each event the microtasks run, as a browser has it;
 * or after a burst of them, so that the task is woken once for many, and what remains is the
 * wrapper.
 */
function receive(payloads, messages, burst) {
    const events = payloads.map((data) => new MessageEvent("message", { data }));
    return async ({ name, candidate, socket, fake }) => {
        const received = candidate.receive(socket, messages);
        // Time for the task to begin, and to wait.
        await new Promise((resolve) => setTimeout(resolve));
        const start = performance.now();
        for (let i = 0; i < messages; ) {
            const end = i + burst;
            for (; i < end; i++) {
                fake.deliver(events[i % events.length]);
            }
            await null;
        }
        const total = await received;
        const time = performance.now() - start;

        const ring = payloads.reduce((sum, payload) => sum + candidate.counted(payload), 0);
        const expected = ring * (messages / payloads.length);
        if (total !== expected) {
            throw new Error(`${name} counted ${total} instead of ${expected}`);
        }
        return (time * 1e6) / messages;
    };
}

/** A task sends the same message again and again, and awaits each time what there is to await. */
function send([payload], messages) {
    return async ({ name, candidate, socket, fake }) => {
        const before = fake.sentMessages;
        const start = performance.now();
        await candidate.send(socket, payload, messages);
        const time = performance.now() - start;
        if (fake.sentMessages - before !== messages) {
            throw new Error(`${name} sent ${fake.sentMessages - before} instead of ${messages}`);
        }
        return (time * 1e6) / messages;
    };
}
