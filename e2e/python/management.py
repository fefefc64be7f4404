"""Asks what it is told to and reports each answer; with the option `history` as a history client.

Commands: {"get_metrics": {arguments}}, {"rpc": function, "arguments": {...}}, {"discover": seconds},
{"push": token, "config": {...}}.
"""

import asyncio

import metricq
from driven import arguments, commands, report
from metricq.agent import Agent


class Asking:
    async def answer(self, command):
        if "get_metrics" in command:
            return await self.get_metrics(**command["get_metrics"])
        if "rpc" in command:
            return await self.rpc(command["rpc"], **command.get("arguments", {}))
        if "push" in command:
            return await self.push(command["push"], command["config"])
        return await self.discover(command["discover"])

    async def push(self, token, config):
        """The way the configuration wizard does it: straight to the client's queue."""
        exchange = self._management_channel.default_exchange
        return await Agent.rpc(self, exchange, f"{token}-rpc", "config", timeout=10, **config)

    async def discover(self, seconds):
        answers = []
        await Agent.rpc(
            self,
            self._management_broadcast_exchange,
            "discover",
            "discover",
            response_callback=lambda **answer: answers.append(answer),
            timeout=seconds,
            cleanup_on_response=False,
        )
        await asyncio.sleep(seconds)
        return answers


class Asker(Asking, metricq.Client):
    pass


class HistoryAsker(Asking, metricq.HistoryClient):
    pass


async def main():
    options = arguments()
    kind = HistoryAsker if options.options.get("history") else Asker
    async with kind(options.token, options.server, add_uuid=True) as client:
        report("ready")
        async for command in commands():
            try:
                report("answer", answer=await client.answer(command))
            except Exception as error:
                report("refused", error=type(error).__name__, text=str(error))


asyncio.run(main())
