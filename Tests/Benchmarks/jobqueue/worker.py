"""A worker process of another queue: DATABASE CONNINFO tell|quiet [BATCH].

Makes the file $BENCHMARK_READY when it listens for jobs. With `tell` it prints a line as each job
begins.
"""

import asyncio
import os
import pathlib
import re
import signal
import sys

from .rivals import BEGAN


async def when_listening(conninfo):
    """Makes the file as soon as a connection of this process waits for notifications."""
    import psycopg

    connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
    name = f"worker-{os.getpid()}"
    while True:
        cursor = await connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
            " AND query ILIKE 'LISTEN%%'", [name])
        if (await cursor.fetchone())[0]:
            break
        await asyncio.sleep(0.05)
    await connection.close()
    # What it does after LISTEN before it first sleeps.
    await asyncio.sleep(0.5)
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
        host=fields["host"], user=fields["user"], database=fields["dbname"],
        server_settings={"application_name": fields["application_name"]})
    queue = PgQueuer(AsyncpgDriver(connection))
    queue.entrypoint("nothing")(job(tells))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, queue.shutdown.set)
    await queue.run(batch_size=batch)


async def main():
    database, conninfo, told, *more = sys.argv[1:]
    named = f"{conninfo} application_name=worker-{os.getpid()}"
    asyncio.get_running_loop().create_task(when_listening(conninfo))
    if database == "procrastinate":
        await work_procrastinate(named, told == "tell")
    else:
        await work_pgqueuer(named, told == "tell", int(more[0]))


asyncio.run(main())
