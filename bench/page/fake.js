// A stand-in for the browser's WebSocket, so that what is measured is the wrapper around it and
// nothing else: no network, no other process, no task of the browser's.

/** The socket that was made last: the one that the candidate under test has just opened. */
let latest;

export class FakeWebSocket {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    static CLOSED = 3;

    #listeners = { open: [], message: [], error: [], close: [] };
    #state = FakeWebSocket.CONNECTING;

    onopen = null;
    onmessage = null;
    onerror = null;
    onclose = null;
    binaryType = "blob";
    extensions = "";
    protocol = "";

    sentMessages = 0;

    constructor(url) {
        this.url = url;
        latest = this;
        setTimeout(() => {
            this.#state = FakeWebSocket.OPEN;
            this.dispatchEvent(new Event("open"));
        });
    }

    get readyState() {
        return this.#state;
    }

    get bufferedAmount() {
        return 0;
    }

    addEventListener(type, listener) {
        this.#listeners[type].push(listener);
    }

    removeEventListener(type, listener) {
        this.#listeners[type] = this.#listeners[type].filter((other) => other !== listener);
    }

    dispatchEvent(event) {
        this[`on${event.type}`]?.(event);
        for (const listener of this.#listeners[event.type]) {
            listener.call(this, event);
        }
        return true;
    }

    /** Fires a message event, which is the browser's own, made beforehand. */
    deliver(event) {
        if (this.onmessage !== null) {
            this.onmessage(event);
        }
        for (const listener of this.#listeners.message) {
            listener.call(this, event);
        }
    }

    /**
     * Does the least that the standard's `send` does before it returns: bytes are copied, text
     * becomes UTF-8. A Blob is only counted, since its bytes were copied when it was made.
     */
    send(data) {
        if (this.#state !== FakeWebSocket.OPEN) {
            throw new DOMException("not open", "InvalidStateError");
        }
        if (typeof data === "string") {
            encoder.encodeInto(data, outgoing);
        } else if (data instanceof ArrayBuffer) {
            outgoing.set(new Uint8Array(data));
        } else if (ArrayBuffer.isView(data)) {
            outgoing.set(data);
        }
        this.sentMessages += 1;
    }

    close() {
        if (this.#state < FakeWebSocket.CLOSING) {
            this.#state = FakeWebSocket.CLOSING;
            setTimeout(() => {
                this.#state = FakeWebSocket.CLOSED;
                this.dispatchEvent(new CloseEvent("close", { code: 1000, wasClean: true }));
            });
        }
    }
}

const encoder = new TextEncoder();
const outgoing = new Uint8Array(1 << 18);

/** Lets the candidate open a fake socket, and returns both. */
export async function openFake(candidate) {
    const real = globalThis.WebSocket;
    globalThis.WebSocket = FakeWebSocket;
    try {
        const socket = await candidate.open("ws://fake.invalid/");
        return { socket, fake: latest };
    } finally {
        globalThis.WebSocket = real;
    }
}
