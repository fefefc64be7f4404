"""What the small agents of this folder share: they are driven over standard input and report on standard output.

Each line is one JSON object. A report has the key "event"; times in it are nanoseconds as a string, since they do not
fit into the numbers of every JSON parser.
"""

import argparse
import asyncio
import json
import sys


def arguments():
    """--server, --token and --options, a JSON object whose keys belong to the agent."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--options", type=json.loads, default={})
    return parser.parse_args()


def report(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def report_point(metric, time, value):
    report("point", metric=metric, time=str(time.posix_ns), value=value)


async def commands():
    """The objects that arrive on standard input, until it ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


def run(agent):
    """Runs an agent until it is stopped; an error goes into a report and an exit code."""
    try:
        agent.run()
    except BaseException as error:
        causes = []
        cause = error
        while cause is not None:
            causes.append(f"{type(cause).__name__}: {cause}")
            cause = cause.__cause__
        report("failed", causes=causes)
        sys.exit(1)
