// What connections leave behind: bytes in Rust's allocator, and handles to objects of JavaScript.

import { observed } from "./observe.js";
import { address } from "./servers.js";

/** So many at a time: browsers delay more, and give up on some of them. */
const AT_A_TIME = 8;
/** What grows once and stays, such as queues, has grown by then. */
const WARM_UP = 200;

export async function memory({ connections, candidates }, report) {
    const echo = () => address("/echo");
    const ways = {
        "opened and closed": async ({ open, close }) => {
            const url = echo();
            const raw = observed(url);
            close(await open(url));
            await (await raw).closed;
        },
        "dropped while open": async ({ open }) => {
            const url = echo();
            const raw = observed(url);
            (await open(url)).free();
            await (await raw).closed;
        },
        "dropped while connecting": async ({ abandon }) => {
            const url = echo();
            const raw = observed(url);
            abandon(url);
            const { opened, closed, close } = await raw;
            // A peer may have left it open.
            await opened;
            close();
            await closed;
            await succeed(echo());
        },
        refused: async ({ open }) => {
            // An address of its own: browsers delay whoever tries one again that has refused.
            const socket = await open(`ws://127.${nextHost()}:47/`).catch(() => undefined);
            // A peer may learn of it later.
            socket?.free();
            await succeed(echo());
        },
    };
    const counted = [];
    for (const [way, once] of Object.entries(ways)) {
        const bytes = {};
        const handles = {};
        for (const candidate of candidates) {
            await repeat(WARM_UP, () => once(candidate));
            const before = await candidate.census();
            await repeat(connections, () => once(candidate));
            const after = await candidate.census();
            bytes[candidate.name] = [after.bytes - before.bytes];
            handles[candidate.name] = [after.handles - before.handles];
        }
        await report(`bytes left by ${connections} connections`, way, "bytes", bytes);
        counted.push([way, handles]);
    }
    for (const [way, handles] of counted) {
        await report(`handles left by ${connections} connections`, way, "handles", handles);
    }
}

/**
 * Counts when all is quiet. A handle is a place in wasm-bindgen's table of objects that holds one:
 * places that were given back hold null, and the table itself never shrinks.
 */
export async function census({ live_bytes, table }) {
    // Twice, for what is freed when an object was collected may free another.
    for (let turn = 0; turn < 2; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        globalThis.gc?.();
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
    let handles = 0;
    for (let place = 0; place < table.length; place++) {
        handles += table.get(place) == null ? 0 : 1;
    }
    return { bytes: live_bytes(), handles };
}

async function repeat(count, once) {
    let left = count;
    const worker = async () => {
        while (left > 0) {
            left -= 1;
            await once();
        }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** A connection of the page's own that succeeds: browsers delay a page whose connections fail. */
async function succeed(url) {
    const socket = new WebSocket(url);
    await new Promise((resolve) => (socket.onopen = socket.onclose = resolve));
    socket.close();
}

let hosts = 0;

/** The last three parts of an address at which nobody listens. */
function nextHost() {
    hosts += 1;
    return `${1 + (hosts >> 16)}.${(hosts >> 8) & 255}.${hosts & 255}`;
}
