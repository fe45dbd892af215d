"""A line between an agent and a vault that counts what passes and holds nothing back: a proxy on loopback."""
import asyncio
import socket
import threading

PIECE = 16 << 10
KEPT = 32 << 10  # what the system may keep of an answer for the agent: it counts as come when the agent takes it


class CountingLine:
    """Takes connections on a free port and hands them on."""

    def __init__(self, to_port):
        self._to_port, self.bytes_up, self.bytes_down = to_port, 0, 0
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True).start()
        self._ready.wait()

    async def _run(self):
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _accept(self, reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KEPT)
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        except ConnectionError:
            writer.close()
            return
        await asyncio.gather(self._carry(reader, other_writer, True), self._carry(other_reader, writer, False))

    async def _carry(self, reader, writer, is_up):
        writer.transport.set_write_buffer_limits(0)
        try:
            while data := await reader.read(PIECE):
                if is_up:
                    self.bytes_up += len(data)
                writer.write(data)
                await writer.drain()
                if not is_up:
                    self.bytes_down += len(data)
        except ConnectionError:
            pass
        writer.close()
