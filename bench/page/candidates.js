// The candidates, each with the same few methods: open, receive, send, echo, close; and, where
// memory is counted, abandon and census. `receive` answers with the sum of what it counted, which
// tells whether it read what it should.

import { census } from "./memory.js";
import { hasStreams } from "./observe.js";
import { wireLength } from "./payloads.js";
import { RawSocket } from "./raw.js";
import { RawStream } from "./raw-stream.js";

/** What counts a message: its bytes in Rust, its length in JavaScript, or itself. */
const counts = {
    bytes: wireLength,
    units: (payload) => (typeof payload === "string" ? payload.length : payload.byteLength),
    messages: () => 1,
};

const raw = (Socket) => ({
    counted: counts.units,
    open: (url) => Socket.open(url),
    receive: (socket, count) => socket.receive(count),
    send: (socket, payload, count) => socket.send(payload, count),
    echo: async (socket, payload, count) => {
        for (let i = 0; i < count; i++) {
            const answer = socket.receive(1);
            socket.send(payload, 1);
            await answer;
        }
    },
    close: (socket) => socket.close(),
});

const rust = ({ Socket, ...counting }, { opening = "", lazily = "", sending = lazily, receive = `receive${lazily}` }) => ({
    counted: lazily === "" ? counts.bytes : counts.messages,
    open: (url) => Socket[`open${opening}`](url),
    receive: (socket, count) => socket[receive](count),
    send: (socket, payload, count) =>
        typeof payload === "string"
            ? socket[`send_text${sending}`](payload, count)
            : socket[`send_binary${sending}`](new Uint8Array(payload), count),
    echo: (socket, payload, count) => socket[`echo${lazily}`](new Uint8Array(payload), count),
    close: (socket) => socket.close(),
    abandon: (url) => Socket[`abandon${opening}`](url),
    census: () => census(counting),
});

/** Other ways of using a module than that of its name. */
const ways = {
    "web-sys, in a task": ["web-sys", { receive: "receive_in_task" }],
    "wasm-websocket, lazy": ["wasm-websocket", { lazily: "_lazily" }],
    "wasm-websocket, as a sink": ["wasm-websocket", { sending: "_as_sink" }],
    "wasm-websocket, trace": ["wasm-websocket-trace", {}],
    "wasm-websocket, observed": ["wasm-websocket-trace", { opening: "_observed" }],
    "wasm-websocket, WebSocketStream": ["wasm-websocket-stream", { opening: "_stream" }],
    "websocket-web, WebSocketStream": ["websocket-web", { opening: "_stream" }],
};

const modules = new Map();

async function load(folder, name) {
    const path = `./wasm/${folder}/${name}.js`;
    if (!modules.has(path)) {
        const module = await import(path);
        const { __wbindgen_externrefs: table } = await module.default();
        modules.set(path, { Socket: module.Socket, live_bytes: module.live_bytes, table });
    }
    return modules.get(path);
}

async function candidate(name, folder) {
    switch (name) {
        case "raw JavaScript":
            return raw(RawSocket);
        case "raw JavaScript, WebSocketStream":
            return raw(RawStream);
        default: {
            const [module, way] = ways[name] ?? [name, {}];
            return rust(await load(folder, module), way);
        }
    }
}

/** Loads the candidates of these names that the browser can run, in this order. */
export async function candidates(names, section, skip) {
    const folder = section === "memory" ? "memory" : "speed";
    const loaded = [];
    for (const name of names) {
        if (name.endsWith("WebSocketStream") && !hasStreams) {
            await skip(`${name} (${section}), for want of WebSocketStream`);
        } else {
            loaded.push({ name, ...(await candidate(name, folder)) });
        }
    }
    return loaded;
}
