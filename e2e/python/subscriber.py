"""Subscribes to `metrics`, waits for a command while points collect in the queue, then drains it.

With the option `queue` it drains that queue, which somebody else has filled, at once. The option `collect` takes the way of
`collect_data()`.
"""

import asyncio

import metricq
from driven import arguments, commands, report, report_point

options = arguments()


async def collect(points):
    async for metric, time, value in points:
        report_point(metric, time, value)


async def drain(draining):
    async with draining as points:
        await collect(points)
    report("drained")


async def main():
    metrics = options.options["metrics"]
    if "queue" in options.options:
        await drain(metricq.Drain(options.token, options.server, queue=options.options["queue"], metrics=metrics))
        return
    subscriber = metricq.Subscriber(options.token, options.server, metrics=metrics, expires=options.options["expires"])
    async with subscriber:
        report("subscribed", queue=subscriber.queue, metadata=subscriber.metadata)
        async for _ in commands():
            break
        if options.options.get("collect"):
            await collect(subscriber.collect_data())
            report("drained")
        else:
            await drain(subscriber.drain())


asyncio.run(main())
