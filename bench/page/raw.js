// The measure of all others: a program in JavaScript without a library.

export class RawSocket {
    #socket;
    #left = 0;
    #total = 0;
    #done;

    static async open(url) {
        const socket = new WebSocket(url);
        socket.binaryType = "arraybuffer";
        await new Promise((resolve, reject) => {
            socket.onopen = resolve;
            socket.onerror = reject;
        });
        return new RawSocket(socket);
    }

    constructor(socket) {
        this.#socket = socket;
        socket.onmessage = ({ data }) => {
            this.#total += typeof data === "string" ? data.length : data.byteLength;
            this.#left -= 1;
            if (this.#left === 0) {
                this.#done(this.#total);
            }
        };
    }

    /** Reads so many messages and returns the sum of their lengths. */
    receive(count) {
        this.#left = count;
        this.#total = 0;
        return new Promise((resolve) => {
            this.#done = resolve;
        });
    }

    send(payload, count) {
        for (let i = 0; i < count; i++) {
            this.#socket.send(payload);
        }
    }

    close() {
        this.#socket.close();
    }
}
