"""A durable sink: subscribes to the metrics that its configuration names and reports every point."""

import metricq
from driven import arguments, report, report_point, run


class ConfiguredSink(metricq.DurableSink):
    @metricq.rpc_handler("config")
    async def on_config(self, **config):
        await self.subscribe(config["metrics"])
        report("config", config=config)

    async def on_data(self, metric, time, value):
        report_point(metric, time, value)


options = arguments()
run(ConfiguredSink(token=options.token, url=options.server))
