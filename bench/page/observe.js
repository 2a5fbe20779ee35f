// Sees the browser's own sockets that the candidates open, so that the race can tell when one has
// really ended, whoever closed it and whether they waited for it.

const waiting = new Map();

function tell(url, socket) {
    waiting.get(url)?.(socket);
    waiting.delete(url);
}

/** Replaces the page's classes by ones that behave the same and are seen. */
export function observe() {
    globalThis.WebSocket = class extends globalThis.WebSocket {
        constructor(url, ...others) {
            super(url, ...others);
            const settled = (type) =>
                new Promise((resolve) => this.addEventListener(type, resolve, { once: true }));
            const closed = settled("close");
            const opened = Promise.race([settled("open"), closed]);
            tell(url, { opened, closed, close: () => this.close() });
        }
    };
    if (hasStreams) {
        globalThis.WebSocketStream = class extends globalThis.WebSocketStream {
            constructor(url, ...others) {
                super(url, ...others);
                const ignore = () => {};
                const closed = this.closed.catch(ignore);
                const opened = Promise.race([this.opened.catch(ignore), closed]);
                tell(url, { opened, closed, close: () => this.close() });
            }
        };
    }
}

export const hasStreams = "WebSocketStream" in globalThis;

/** The browser's socket that is going to be made for this address: no two may be made at a time. */
export const observed = (url) => new Promise((resolve) => waiting.set(url, resolve));
