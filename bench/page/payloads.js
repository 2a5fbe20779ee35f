// The messages of the race: the same for every candidate.

/** So many different messages take turns, so that no cache of a single one is measured. */
const RING = 16;

export const inWords = (size) => (size < 1024 ? `${size} B` : `${size / 1024} KiB`);

const ASCII = '{"id":48151,"kind":"quote","name":"Rhine & Sons","price":1623.42,"open":true} ';
const MULTIBYTE = "Grüezi, κόσμε! 世界へようこそ — naïve café 😀 Привет. ";

export const KINDS = ["binary", "text", "multibyte text"];

/** Messages of a kind, each of `size` bytes on the wire. */
export function payloads(kind, size) {
    return Array.from({ length: RING }, (_, turn) => {
        switch (kind) {
            case "binary":
                return Uint8Array.from({ length: size }, (_, i) => (i * 31 + turn * 7) & 255).buffer;
            case "text":
                return text(ASCII, size, turn);
            case "multibyte text":
                return text(MULTIBYTE, size, turn);
        }
    });
}

/** Characters of `pattern`, from the one at `turn` on, filled up with spaces to `size` bytes. */
function text(pattern, size, turn) {
    const characters = [...pattern];
    const encoder = new TextEncoder();
    const bytes = new Uint8Array(size).fill(32);
    let written = 0;
    for (let i = turn; ; i++) {
        const next = encoder.encode(characters[i % characters.length]);
        if (written + next.length > size) {
            break;
        }
        bytes.set(next, written);
        written += next.length;
    }
    // Decoded, as a browser does it: one flat string.
    return new TextDecoder().decode(bytes);
}

/** What a candidate that copies into Rust counts for the messages: their bytes. */
export const wireLength = (payload) =>
    typeof payload === "string" ? new TextEncoder().encode(payload).length : payload.byteLength;
