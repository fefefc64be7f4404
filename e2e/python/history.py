"""Asks for history, and reports each answer.

Commands: {"call": method, "metric": name, "start": ns, "end": ns, "interval": ns, "convert": kind}; numbers as strings, those that are
left out are not given. With `convert`, "values" or "aggregates", of the method history_data_request.
"""

import asyncio

import metricq
from driven import arguments, commands, report
from metricq import TimeAggregate, Timedelta, Timestamp, TimeValue
from metricq.history_client import HistoryRequestType


def plain(answer):
    if isinstance(answer, TimeValue):
        return {"time": str(answer.timestamp.posix_ns), "value": answer.value}
    if isinstance(answer, TimeAggregate):
        return {
            "time": str(answer.timestamp.posix_ns),
            "minimum": answer.minimum,
            "maximum": answer.maximum,
            "sum": answer.sum,
            "count": answer.count,
            "integral": answer.integral_ns,
            "active": str(answer.active_time.ns),
            "mean": answer.mean,
        }
    return None if answer is None else [plain(item) for item in answer]


def times(command):
    given = {}
    if "start" in command:
        given["start_time"] = Timestamp(int(command["start"]))
    if "end" in command:
        given["end_time"] = Timestamp(int(command["end"]))
    if "interval" in command:
        given["interval_max"] = Timedelta(int(command["interval"]))
    return given


async def ask(client, command):
    method = getattr(client, command["call"])
    if command["call"] != "history_data_request":
        report("answer", answer=plain(await method(command["metric"], **times(command), timeout=5)))
        return
    kind = HistoryRequestType.FLEX_TIMELINE
    response = await method(command["metric"], **times(command), request_type=kind, timeout=5)
    converted = getattr(response, command["convert"])(convert=True)
    report(
        "answer",
        answer=plain(converted),
        mode=response.mode.name,
        length=len(response),
        duration=response.request_duration,
    )


async def main():
    options = arguments()
    async with metricq.HistoryClient(options.token, options.server, add_uuid=True) as client:
        report("ready")
        async for command in commands():
            try:
                await ask(client, command)
            except Exception as error:
                report("refused", error=type(error).__name__, text=str(error))


asyncio.run(main())
