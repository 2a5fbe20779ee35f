// The candidates, each with the same few methods: open, receive, sendText, sendBinary, close.
// `receive` answers with the sum of what it counted, which tells whether it read what it should.

import { wireLength } from "./payloads.js";
import { RawSocket } from "./raw.js";

/** What counts a message: its bytes in Rust, its length in JavaScript, or itself. */
const counts = {
    bytes: wireLength,
    units: (payload) => (typeof payload === "string" ? payload.length : payload.byteLength),
    messages: () => 1,
};

const rust = (open, counted, { receive = "receive", variant = "" } = {}) => ({
    counted: counts[counted],
    open,
    receive: (socket, count) => socket[receive](count),
    send: (socket, payload, count) =>
        typeof payload === "string"
            ? socket[`send_text${variant}`](payload, count)
            : socket[`send_binary${variant}`](new Uint8Array(payload), count),
    close: (socket) => socket.close(),
});

async function load(name) {
    const module = await import(`./wasm/${name}.js`);
    await module.default();
    return module.Socket;
}

/** Loads the candidates of these names, in this order. */
export async function candidates(names) {
    const modules = new Map();
    const socket = async (name) => {
        if (!modules.has(name)) {
            modules.set(name, await load(name));
        }
        return modules.get(name);
    };
    const makers = {
        "raw JavaScript": () => ({
            counted: counts.units,
            open: (url) => RawSocket.open(url),
            receive: (socket, count) => socket.receive(count),
            send: (socket, payload, count) => socket.send(payload, count),
            close: (socket) => socket.close(),
        }),
        "wasm-websocket, lazy": async () => {
            const Socket = await socket("wasm-websocket");
            return rust((url) => Socket.open(url), "messages", {
                receive: "receive_lazily",
                variant: "_lazily",
            });
        },
        "web-sys, in a task": async () => {
            const Socket = await socket("web-sys");
            return rust((url) => Socket.open(url), "bytes", { receive: "receive_in_task" });
        },
    };
    const loaded = [];
    for (const name of names) {
        const maker = makers[name] ?? (async () => {
            const Socket = await socket(name);
            return rust((url) => Socket.open(url), "bytes");
        });
        loaded.push({ name, ...(await maker()) });
    }
    return loaded;
}
