// The servers: all alike, and taken in turns.

let servers = [];
let made = 0;

export function serveFrom(addresses) {
    servers = addresses;
}

/** An address of its own for each socket. */
export function address(path) {
    made += 1;
    return `${servers[made % servers.length]}${path}${path.includes("?") ? "&" : "?"}n=${made}`;
}
