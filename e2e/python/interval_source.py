"""An interval source: counts up in one metric, at the rate of its configuration."""

import metricq
from driven import arguments, report, run


class Counter(metricq.IntervalSource):
    value = 0

    @metricq.rpc_handler("config")
    async def on_config(self, **config):
        self.metric = config["metric"]
        self.period = 1 / config["rate"]
        await self.declare_metrics({self.metric: {"rate": config["rate"], "unit": ""}})
        report("config", config=config)

    async def update(self):
        await self.send(self.metric, metricq.Timestamp.now(), self.value)
        self.value += 1


options = arguments()
run(Counter(token=options.token, url=options.server))
