"""A source: declares the metrics of its configuration and sends the points it is told to.

Commands: {"metric", "time", "value"}, {"flush": true}, {"declare": {metric: metadata}}. A configuration's `chunkSize` counts.
"""

import asyncio

import metricq
from driven import arguments, commands, report, run


class DrivenSource(metricq.Source):
    @metricq.rpc_handler("config")
    async def on_config(self, **config):
        self.chunk_size = config.get("chunkSize", 1)
        await self.declare_metrics(config.get("metrics", {}))
        report("config", config=config)

    async def task(self):
        report("ready")
        work = asyncio.ensure_future(self.obey())
        await asyncio.wait([work, self.task_stop_future], return_when=asyncio.FIRST_COMPLETED)
        work.cancel()

    async def obey(self):
        async for command in commands():
            if "declare" in command:
                await self.declare_metrics(command["declare"])
                report("declared")
            elif "flush" in command:
                await self.flush()
                report("flushed")
            else:
                await self.send(command["metric"], metricq.Timestamp(int(command["time"])), float(command["value"]))


options = arguments()
run(DrivenSource(token=options.token, url=options.server))
