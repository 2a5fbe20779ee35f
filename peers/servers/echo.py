"""An echo server with Python's websockets: echo.py plain|deflate"""

import asyncio
import contextlib
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


async def talk(socket):
    with contextlib.suppress(ConnectionClosed):
        async for message in socket:
            if isinstance(message, str) and message.startswith("close "):
                _, code, reason = message.split(" ", 2)
                await socket.close(int(code), reason)
            else:
                await socket.send(message)
    await socket.wait_closed()
    print("closed", socket.request.path, socket.close_code, socket.close_reason, flush=True)


async def main(deflate):
    options = {
        "compression": "deflate" if deflate else None,
        "max_size": None,
        "select_subprotocol": lambda _, offered: "talk" if "talk" in offered else None,
    }
    async with serve(talk, "127.0.0.1", 0, **options) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


asyncio.run(main(sys.argv[1] == "deflate"))
