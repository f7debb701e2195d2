#!/usr/bin/env python3
"""Letters per second over one connection to a mail server that is far away: 13 ms of round trip, as between
two cities, beside Postfix's smtp-source in the same run. What counts is how many round trips a letter takes.

usage: benches/round_trip.py [LETTERS] [MILLISECONDS]      (default 300 13)
needs: as benches/letters_per_second.py
"""
import asyncio, importlib.util, pathlib, subprocess, sys, threading, time

HERE = pathlib.Path(__file__).resolve().parent
LETTERS = int(sys.argv[1]) if len(sys.argv) > 1 else 300
MILLISECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 13.0


def main():
    bench = letters_per_second()
    with bench.Sink() as sink, Far(sink.port, MILLISECONDS / 2000) as far:
        begin = time.monotonic()
        subprocess.run(
            ["/usr/sbin/smtp-source", "-d", "-s", "1", "-l", "5000", "-m", str(LETTERS), f"127.0.0.1:{far.port}"], check=True
        )
        theirs = LETTERS / (time.monotonic() - begin)
        ours = bench.rappel(far.port, connections=1)
    print(f"one connection, {MILLISECONDS:g} ms of round trip: smtp-source {theirs:,.0f}/s, rappel {ours:,.0f}/s")
    print(f"rappel / smtp-source: {ours / theirs:.2f}; to reach 2")


def letters_per_second():
    """The other benchmark as a module: its sink and its register."""
    spec = importlib.util.spec_from_file_location("letters_per_second", HERE / "letters_per_second.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.LETTERS = LETTERS
    module.prepare()
    return module


class Far:
    """A proxy on a thread that hands everything on after a while, in both directions."""

    def __init__(self, port, delay):
        self.to, self.delay = port, delay
        self.ready = threading.Event()

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.run, daemon=True).start()
        self.ready.wait()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)

    def run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.to)
        await asyncio.gather(self.carry(reader, there_writer), self.carry(there_reader, writer))

    async def carry(self, reader, writer):
        late = asyncio.Queue()

        async def leave():
            while True:
                at, data = await late.get()
                await asyncio.sleep(max(0, at - self.loop.time()))
                if not data:
                    return writer.close()
                writer.write(data)

        leaving = asyncio.ensure_future(leave())
        while data := await reader.read(65536):
            late.put_nowait((self.loop.time() + self.delay, data))
        late.put_nowait((self.loop.time() + self.delay, b""))
        await leaving


main()
