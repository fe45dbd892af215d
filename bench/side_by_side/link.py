"""A long, narrow line between an agent and a vault: a proxy on loopback that delays and paces, in user space."""
import asyncio
import threading
import time

PIECE = 16 << 10
LATE = 0.01  # seconds; what waits at a real line is sent without a gap, however late this process wakes up


class Link:
    """
    Takes connections on a free port and hands them on, each direction with half the delay, all of one with the rate. A
    connection itself costs a delay, as its handshake would.
    """

    def __init__(self, to_port, delay, bits_per_second):
        self._to_port, self.delay, self._rate = to_port, delay, bits_per_second / 8
        self.connections, self.bytes_up, self.bytes_down = 0, 0, 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._up, self._down = _Lane(self._rate), _Lane(self._rate)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _accept(self, reader, writer):
        self.connections += 1
        await asyncio.sleep(self.delay)
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        await asyncio.gather(
            self._carry(reader, other_writer, self._up, "bytes_up"),
            self._carry(other_reader, writer, self._down, "bytes_down"))

    async def _carry(self, reader, writer, lane, counted):
        on_the_way = asyncio.Queue(maxsize=1024)  # 16 MiB: more than delay times rate
        async def deliver():
            while (piece := await on_the_way.get()) is not None:
                due, data = piece
                await asyncio.sleep(max(0, due - time.monotonic()))
                writer.write(data)
                await writer.drain()
            writer.close()
        delivering = asyncio.create_task(deliver())
        try:
            while data := await reader.read(PIECE):
                setattr(self, counted, getattr(self, counted) + len(data))
                sent = await lane.send(len(data))
                await on_the_way.put((sent + self.delay / 2, data))
        except ConnectionError:
            pass
        await on_the_way.put(None)
        try:
            await delivering
        except ConnectionError:
            pass


class _Lane:
    """One direction: bytes leave it one after the other."""

    def __init__(self, bytes_per_second):
        self._rate, self._free = bytes_per_second, 0.0

    async def send(self, count):
        now = time.monotonic()
        self._free = max(now - LATE, self._free) + count / self._rate
        if self._free - now > 0.005:
            await asyncio.sleep(self._free - now)
        return self._free
