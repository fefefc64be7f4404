"""A source that says what its configurations may hold, and which metrics one would give: one for each lamp."""

import metricq
from driven import arguments, report, run

SCHEMA = {
    "type": "object",
    "required": ["lamps"],
    "properties": {"lamps": {"type": "array", "items": {"type": "string"}, "description": "names of the lamps"}},
}


def metrics_of(config):
    if "moon" in config["lamps"]:
        raise ValueError("there is no way to the moon")
    return {f"lamp.{lamp}": {"unit": "W", "rate": 1} for lamp in config["lamps"]}


class LampSource(metricq.Source):
    @metricq.rpc_handler("config")
    async def on_config(self, **config):
        await self.declare_metrics(metrics_of(config))

    @metricq.rpc_handler("schema")
    async def on_schema(self, **_):
        return {"kind": "source-lamp", "title": "lamps", "schema": SCHEMA, "sample": {"lamps": ["desk"]}}

    @metricq.rpc_handler("preview")
    async def on_preview(self, *, config, **_):
        return {"metrics": metrics_of(config)}

    async def task(self):
        report("ready")
        await self.task_stop_future


options = arguments()
run(LampSource(token=options.token, url=options.server))
