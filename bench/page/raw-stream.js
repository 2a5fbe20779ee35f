// The same without a library over the browser's WebSocketStream, whose backpressure it heeds.

export class RawStream {
    #socket;
    #reader;
    #writer;

    static async open(url) {
        const socket = new WebSocketStream(url);
        const { readable, writable } = await socket.opened;
        return new RawStream(socket, readable.getReader(), writable.getWriter());
    }

    constructor(socket, reader, writer) {
        this.#socket = socket;
        this.#reader = reader;
        this.#writer = writer;
    }

    /** Reads so many messages and returns the sum of their lengths. */
    async receive(count) {
        let total = 0;
        for (let i = 0; i < count; i++) {
            const { value, done } = await this.#reader.read();
            if (done) {
                throw new Error("the stream ended early");
            }
            total += typeof value === "string" ? value.length : value.byteLength;
        }
        return total;
    }

    async send(payload, count) {
        for (let i = 0; i < count; i++) {
            await this.#writer.ready;
            this.#writer.write(payload);
        }
    }

    close() {
        this.#socket.close();
    }
}
