"""A sink: subscribes to `metrics` of its options, with `expires` and `metadata` if given, and reports every point.

Commands: {"subscribe": [...]}, {"unsubscribe": [...]}.
"""

import asyncio

import metricq
from driven import arguments, commands, report, report_point, run


class DrivenSink(metricq.Sink):
    async def connect(self):
        await super().connect()
        extra = {key: options.options[key] for key in ("expires", "metadata") if key in options.options}
        await self.tell("subscribed", self.subscribe(options.options["metrics"], **extra))
        self.work = asyncio.ensure_future(self.obey())

    async def obey(self):
        async for command in commands():
            if "subscribe" in command:
                await self.tell("subscribed", self.subscribe(command["subscribe"]))
            else:
                await self.tell("unsubscribed", self.unsubscribe(command["unsubscribe"]))

    async def tell(self, event, request):
        try:
            report(event, response=await request)
        except metricq.exceptions.RPCError as error:
            report("refused", text=str(error))

    async def on_data(self, metric, time, value):
        report_point(metric, time, value)


options = arguments()
run(DrivenSink(token=options.token, url=options.server, add_uuid=options.options.get("uuid", True)))
