"""A worker process of another queue: DATABASE CONNINFO tell|quiet [BATCH].

Makes the file $BENCHMARK_READY when it waits for jobs. With `tell` it prints a line as each job
begins.
"""

import asyncio
import os
import pathlib
import re
import signal
import sys

from .rivals import BEGAN


async def when_waiting():
    """Makes the file when this process has long done all that it does before it first waits."""
    await asyncio.sleep(1.5)
    pathlib.Path(os.environ["BENCHMARK_READY"]).touch()


def job(tells):
    async def nothing(*_):
        if tells:
            print(BEGAN, flush=True)
    return nothing


async def work_procrastinate(conninfo, tells):
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo))
    app.task(name="nothing")(job(tells))
    async with app.open_async():
        await app.run_worker_async(concurrency=8)


async def work_pgqueuer(conninfo, tells, batch):
    import asyncpg
    from pgqueuer import PgQueuer
    from pgqueuer.db import AsyncpgDriver

    fields = dict(re.findall(r"(\w+)=(\S+)", conninfo))
    connection = await asyncpg.connect(
        host=fields["host"], user=fields["user"], database=fields["dbname"])
    queue = PgQueuer(AsyncpgDriver(connection))
    queue.entrypoint("nothing")(job(tells))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, queue.shutdown.set)
    await queue.run(batch_size=batch)


async def main():
    database, conninfo, told, *more = sys.argv[1:]
    waiting = asyncio.get_running_loop().create_task(when_waiting())
    if database == "procrastinate":
        await work_procrastinate(conninfo, told == "tell")
    else:
        await work_pgqueuer(conninfo, told == "tell", int(more[0]))
    waiting.cancel()


asyncio.run(main())
