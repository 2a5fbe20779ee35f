// An echo server with npm's ws: echo.js plain|deflate
"use strict";

const { WebSocketServer } = require("ws");

const server = new WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    perMessageDeflate: process.argv[2] === "deflate" && { threshold: 0 },
    handleProtocols: (offered) => offered.has("talk") && "talk",
});

server.on("listening", () => console.log(server.address().port));

server.on("connection", (socket, request) => {
    socket.on("message", (data, isBinary) => {
        const [word, code, ...reason] = isBinary ? [] : String(data).split(" ");
        if (word === "close") {
            socket.close(Number(code), reason.join(" "));
        } else {
            socket.send(data, { binary: isBinary });
        }
    });
    socket.on("error", (error) => console.log("error", request.url, error));
    socket.on("close", (code, reason) => console.log("closed", request.url, code, String(reason)));
});
