"""A Modbus TCP device of pymodbus 3.0 to 3.8, as Debian has it: `modbus_device.py PORT UNITS`.

UNITS is JSON: {unit: {function: {address: value}}}, functions from "1" to "4".

Registers that are not listed are not there. A line on standard input sets some: {"unit", "function", "address", "values"}.
"""

import asyncio
import inspect
import json
import logging
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartAsyncTcpServer

try:
    from pymodbus.server import ModbusTcpServer
except ImportError:
    from pymodbus.server.async_io import ModbusTcpServer


def block(registers):
    # pymodbus counts from 1.
    return ModbusSparseDataBlock({int(address) + 1: value for address, value in registers.items()})


def unit_context(functions):
    nothing = {65534: 0}
    return ModbusSlaveContext(
        di=block(functions.get("2", nothing)),
        co=block(functions.get("1", nothing)),
        hr=block(functions.get("3", nothing)),
        ir=block(functions.get("4", nothing)),
    )


async def take_commands(context):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        context[command["unit"]].setValues(command["function"], command["address"], command["values"])


async def main():
    port, units = int(sys.argv[1]), json.loads(sys.argv[2])
    contexts = {int(unit): unit_context(functions) for unit, functions in units.items()}
    context = ModbusServerContext(slaves=contexts, single=False)
    commands = asyncio.create_task(take_commands(context))
    # Older ones cannot be started again on the same port unless told; newer ones always can.
    can_reuse = "allow_reuse_address" in inspect.signature(ModbusTcpServer.__init__).parameters
    more = {"allow_reuse_address": True} if can_reuse else {}
    await StartAsyncTcpServer(context, address=("127.0.0.1", port), **more)
    await commands


# Each register that is not there is an error to it.
logging.disable()
asyncio.run(main())
