// What the suite needs of JavaScript. One file, since the server of the test runner can get stuck
// where a page asks for many.

// support.rs
const [target, add, remove, events] = globalThis.addEventListener
    ? [globalThis, 'addEventListener', 'removeEventListener', ['error', 'unhandledrejection']]
    : [process, 'on', 'off', ['uncaughtException', 'unhandledRejection']];
export function listen_for_uncaught(listener) {
    for (const event of events) target[add](event, listener);
}
export function stop_listening_for_uncaught(listener) {
    for (const event of events) target[remove](event, listener);
}

// support.rs
const { addEventListener, removeEventListener } = EventTarget.prototype;
export function count_listeners(target) {
    const live = [];
    target.addEventListener = function (event, listener, ...rest) {
        live.push([event, listener]);
        return addEventListener.call(this, event, listener, ...rest);
    };
    target.removeEventListener = function (event, listener, ...rest) {
        const i = live.findIndex(([e, l]) => e === event && l === listener);
        if (i >= 0) live.splice(i, 1);
        return removeEventListener.call(this, event, listener, ...rest);
    };
    return live;
}
export function stop_counting(target) {
    Object.assign(target, { addEventListener, removeEventListener });
}

// crowd.rs
const { postMessage } = MessagePort.prototype;
export function next_turn() {
    return new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
            port1.close();
            resolve();
        };
        // As it is when nobody counts.
        postMessage.call(port2, null);
    });
}

// flushing.rs
export function start_counting_timers() {
    const count = { timers: 0, setTimeout: globalThis.setTimeout };
    globalThis.setTimeout = function (...rest) {
        count.timers += 1;
        return count.setTimeout.apply(this, rest);
    };
    return count;
}
export function count_turns() {
    const count = { turns: 0 };
    MessagePort.prototype.postMessage = function (...rest) {
        count.turns += 1;
        return postMessage.apply(this, rest);
    };
    return count;
}
export function stop_counting_turns(count) {
    MessagePort.prototype.postMessage = postMessage;
    return count.turns;
}
export function timers_of(count) {
    return count.timers;
}
export function stop_counting_timers(count) {
    globalThis.setTimeout = count.setTimeout;
}

// opening.rs
export function watch_timers(ms) {
    const { setTimeout, clearTimeout } = globalThis;
    const watch = { started: 0, pending: new Set(), setTimeout, clearTimeout };
    globalThis.setTimeout = function (handler, delay, ...rest) {
        const id = setTimeout.call(this, handler, delay, ...rest);
        if (delay === ms) {
            watch.started += 1;
            watch.pending.add(id);
        }
        return id;
    };
    globalThis.clearTimeout = function (id) {
        watch.pending.delete(id);
        clearTimeout.call(this, id);
    };
    return watch;
}
export function stop_watching_timers({ started, pending, setTimeout, clearTimeout }) {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    return [started, pending.size];
}

// options.rs
export function record_constructors() {
    const recording = { WebSocket: globalThis.WebSocket, seen: [] };
    globalThis.WebSocket = function (url, init) {
        recording.seen.push(init);
        return new recording.WebSocket(url, init.protocols ?? init);
    };
    return recording;
}
export function stop_recording_constructors({ WebSocket, seen }) {
    globalThis.WebSocket = WebSocket;
    return seen;
}
export function abort_signal(is_aborted) {
    return is_aborted ? AbortSignal.abort() : new AbortController().signal;
}
export function throw_when_read(key) {
    const get = () => { throw new RangeError('not today'); };
    return Object.defineProperty({}, key, { get, enumerable: true });
}

// engines.rs
export function hide_close(socket) {
    let has_failed = false;
    socket.addEventListener('error', () => { has_failed = true; }, true);
    socket.addEventListener('close', (event) => {
        event.stopImmediatePropagation();
        // Where an open connection breaks, Chromium has only this event.
        if (!has_failed) socket.dispatchEvent(new Event('error'));
    }, true);
}
export function be_busy_after_error(socket, ms) {
    const spin = () => {
        const end = performance.now() + ms;
        while (performance.now() < end);
    };
    socket.addEventListener('error', () => {
        setTimeout(spin, 50);
        spin();
    });
}
export function mark_close(socket) {
    const came = [];
    socket.addEventListener('close', (event) => {
        came.push(event.code);
        // The real code is 1006, as where there is no event.
        Object.defineProperty(event, 'reason', { value: 'the real one' });
    }, true);
    return came;
}
export function have_binary_type(socket, value) {
    Object.defineProperty(socket, 'binaryType', { value });
}
export function take_sockets(is_undefined) {
    const { WebSocket } = globalThis;
    if (is_undefined) globalThis.WebSocket = undefined;
    else delete globalThis.WebSocket;
    return WebSocket;
}
export function give_sockets(taken) {
    Object.defineProperty(globalThis, 'WebSocket', {
        configurable: true, enumerable: false, writable: true, value: taken,
    });
}
export function hide_close_of_new_sockets() {
    const { WebSocket } = globalThis;
    globalThis.WebSocket = class extends WebSocket {
        constructor(...rest) {
            super(...rest);
            hide_close(this);
        }
    };
    return WebSocket;
}
export function stop_hiding(original) {
    globalThis.WebSocket = original;
}
export function close_in_state_open(socket, then) {
    socket.addEventListener('close', () => {
        Object.defineProperty(socket, 'readyState', { configurable: true, value: 1 });
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
            port1.close();
            Object.defineProperty(socket, 'readyState', { configurable: true, value: then });
        };
        port2.postMessage(null);
    }, true);
}

// lifecycle.rs
const real = Date.now;
export function set_fake_clock(ahead) { Date.now = () => real() + ahead; }
export function set_real_clock() { Date.now = real; }

// reconnect.rs
const { WebSocketStream } = globalThis;
export function take_stream() { delete globalThis.WebSocketStream; }
export function give_stream() { if (WebSocketStream) globalThis.WebSocketStream = WebSocketStream; }

// backlog.rs
export function detach(buffer) { structuredClone(buffer, { transfer: [buffer] }); }

// text.rs
let encodings = 0;
export function count_encodings() { return encodings; }
export function break_encoder(how) {
    const { TextEncoder } = globalThis;
    const { encodeInto } = TextEncoder.prototype;
    const says = {
        throws: () => { throw new Error('encodeInto'); },
        nothing: () => ({ read: 0, written: 0 }),
        'too much': () => ({ read: 5e9, written: 5e9 }),
        nonsense: () => ({ read: NaN, written: 'x' }),
        bigint: () => ({ read: 5n, written: 5n }),
        undefined: () => undefined,
    }[how];
    if (says) {
        TextEncoder.prototype.encodeInto = (...args) => { encodings++; return says(...args); };
    } else {
        globalThis.TextEncoder = undefined;
    }
    return () => {
        globalThis.TextEncoder = TextEncoder;
        TextEncoder.prototype.encodeInto = encodeInto;
    };
}

// objects.rs
const SIZE = 24, OFFSET = 8;
let frame;
/// The realm of an iframe that stays until the end; none in a worker.
function foreign() {
    if (!globalThis.document) return null;
    if (!frame) {
        frame = document.createElement('iframe');
        document.body.append(frame);
    }
    return frame.contentWindow;
}
/// Its global name is for isolated pages only.
function sharedBuffer() {
    return new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer.constructor;
}
function memory(state, realm) {
    const growing = { maxByteLength: 2 * SIZE };
    switch (state) {
        case 'empty': return new realm.ArrayBuffer(0);
        case 'shared': return new (sharedBuffer())(SIZE);
        case 'growable': {
            const buffer = new (sharedBuffer())(SIZE, growing);
            return buffer.growable ? buffer : null;
        }
        case 'resizable': case 'tracking': case 'shrunk': {
            const buffer = new realm.ArrayBuffer(SIZE, growing);
            return buffer.resizable ? buffer : null;
        }
        default: return new realm.ArrayBuffer(SIZE);
    }
}
export function make(kind, state) {
    const realm = state === 'foreign' ? foreign() : globalThis;
    if (!realm) return null;
    class NodeBuffer extends realm.Uint8Array {
        slice(start, end) { return this.subarray(start, end); }
    }
    const View = kind === 'NodeBuffer' ? NodeBuffer : realm[kind];
    const buffer = View ? memory(state, realm) : null;
    if (!buffer) return null;
    new Uint8Array(buffer).forEach((_, i, bytes) => { bytes[i] = i; });
    if (kind === 'ArrayBuffer') return buffer;
    if (state === 'empty') return new View(buffer);
    if (state === 'tracking') return new View(buffer, OFFSET);
    return new View(buffer, OFFSET, 8 / (View.BYTES_PER_ELEMENT ?? 1));
}
export function spoil(state, object) {
    const buffer = object.buffer ?? object;
    if (state === 'detached') structuredClone(buffer, { transfer: [buffer] });
    if (state === 'shrunk') buffer.resize(4);
    if (state === 'tracking') buffer.resize(32);
}
export function overwrite(object) {
    const buffer = object.buffer ?? object;
    if (buffer.byteLength > 0) new Uint8Array(buffer).fill(99);
}
export function deliver(socket, data) {
    socket.dispatchEvent(new MessageEvent('message', { data }));
}

// content.rs
export function endless() {
    return { byteLength: 5, [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) };
}

// foreign.rs
export function liars() {
    const buffer = new ArrayBuffer(16);
    const thrown = () => { throw new Error('a getter'); };
    class Long extends Uint8Array {
        get length() { return 1000; }
        get byteLength() { return 1000; }
    }
    class Short extends Uint8Array {
        get length() { return 3; }
        get byteLength() { return 3; }
    }
    class Elsewhere extends Uint8Array {
        get byteOffset() { return 1e300; }
    }
    class Nowhere extends Uint8Array {
        get buffer() { thrown(); }
    }
    return [
        null, undefined, 1, true, Symbol('s'), 5n, {}, () => {},
        { get byteLength() { thrown(); } },
        { get byteLength() { thrown(); }, get size() { thrown(); } },
        { byteLength: 5n }, { byteLength: '5' }, { byteLength: Symbol('s') },
        { byteLength: 5 }, { byteLength: 1e20 }, { byteLength: NaN }, { byteLength: -1 },
        { byteLength: Infinity },
        { byteLength: 8, buffer: 'abc', byteOffset: 0 },
        { byteLength: 8, buffer: { length: 3 }, byteOffset: 0 },
        { byteLength: 8, buffer: 2, byteOffset: 0 },
        { byteLength: 8, buffer: null, byteOffset: 0 },
        { byteLength: 1e9, buffer, byteOffset: 0 },
        { byteLength: 8, buffer, byteOffset: NaN },
        { byteLength: 8, buffer, get byteOffset() { thrown(); } },
        { byteLength: 8, get buffer() { thrown(); } },
        new Long(buffer), new Short(buffer), new Elsewhere(buffer), new Nowhere(buffer),
        { size: 3 }, { size: Infinity }, { size: -1 }, { size: NaN, type: 5 },
        { size: 3, get type() { thrown(); }, get arrayBuffer() { thrown(); } },
    ];
}
export function replace(name) {
    const original = globalThis[name];
    globalThis[name] = class extends original {};
    return () => { globalThis[name] = original; };
}
export function polyfilled_blob(what) {
    const bytes = new Uint8Array([1, 2]).buffer;
    const thrown = () => { throw new Error(what); };
    switch (what) {
        case 'bytes': return { size: 2, arrayBuffer: () => bytes };
        case 'promise': return { size: 2, arrayBuffer: () => Promise.resolve(bytes) };
        case 'junk': return { size: 2, arrayBuffer: () => Promise.resolve('junk') };
        case 'throws': return { size: 2, arrayBuffer: thrown };
        default: return { get size() { thrown(); }, get type() { thrown(); } };
    }
}
export function socket_of_an_iframe(url) {
    if (!globalThis.document) return undefined;
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return new frame.contentWindow.WebSocket(url);
}
