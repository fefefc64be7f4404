"""Asks a history client what it is told to and reports each answer.

Commands: {"call": method, "metric", "start", "end", "interval_max", "request_type", "timeout"}, times in nanoseconds as strings, what
is missing is not handed over; {"get_metrics": {arguments}}; {"frame": method, ...} as "call", but with the client for pandas. With the
option `pandas` it is the client for pandas that connects.
"""

import asyncio

import metricq
from driven import arguments, commands, report

TIMES = {"start": "start_time", "end": "end_time"}


def method_arguments(command):
    given = {}
    for key, name in TIMES.items():
        if command.get(key) is not None:
            given[name] = metricq.Timestamp(int(command[key]))
    if "interval_max" in command:
        given["interval_max"] = metricq.Timedelta(int(command["interval_max"]))
    if "timeout" in command:
        given["timeout"] = command["timeout"]
    if "request_type" in command:
        given["request_type"] = metricq.history_client.HistoryRequestType[command["request_type"]]
        for name in ("start_time", "end_time", "interval_max"):
            given.setdefault(name, None)
    return command["metric"], given


def aggregate(item):
    return {
        "time": str(item.timestamp.posix_ns),
        "minimum": item.minimum,
        "maximum": item.maximum,
        "sum": item.sum,
        "count": item.count,
        "integral": item.integral_ns,
        "active": str(item.active_time.ns),
        "mean": item.mean,
    }


def point(item):
    return [str(item.timestamp.posix_ns), item.value]


def plain(result):
    """What a method returns, as JSON has it."""
    if result is None:
        return None
    if isinstance(result, metricq.TimeAggregate):
        return aggregate(result)
    if isinstance(result, metricq.TimeValue):
        return point(result)
    if isinstance(result, metricq.history_client.HistoryResponse):
        return {
            "mode": result.mode.name,
            "length": len(result),
            "duration": result.request_duration,
            "values": [point(item) for item in result.values(convert=True)],
            "aggregates": [aggregate(item) for item in result.aggregates(convert=True)],
        }
    return [plain(item) for item in result]


def frame(table):
    columns = {name: [str(item) if "time" in name else item for item in table[name]] for name in table.columns}
    return {"types": {name: str(kind) for name, kind in table.dtypes.items()}, "columns": columns}


async def answer(client, command):
    if "get_metrics" in command:
        return await client.get_metrics(**command["get_metrics"])
    metric, given = method_arguments(command)
    if "frame" in command:
        table = await getattr(client, command["frame"])(metric, **given)
        table["time_ns"] = table["timestamp"].astype("int64")
        return frame(table)
    return plain(await getattr(client, command["call"])(metric, **given))


async def main():
    options = arguments()
    kind = metricq.HistoryClient
    if options.options.get("pandas"):
        from metricq.pandas import PandasHistoryClient

        kind = PandasHistoryClient
    async with kind(options.token, options.server, add_uuid=True) as client:
        report("ready")
        async for command in commands():
            try:
                report("answer", answer=await answer(client, command))
            except Exception as error:
                report("refused", error=type(error).__name__, text=str(error))


asyncio.run(main())
