"""A Modbus TCP device of pymodbus: `modbus_device.py PORT UNITS`, where UNITS is JSON: {unit: {"3" or "4": {address: value}}}.

Registers that are not listed are not there. A line on standard input sets some: {"unit", "function", "address", "values"}.
"""

import asyncio
import json
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSparseDataBlock
from pymodbus.server import StartAsyncTcpServer

try:
    from pymodbus.datastore import ModbusDeviceContext as UnitContext
except ImportError:
    from pymodbus.datastore import ModbusSlaveContext as UnitContext


def block(registers):
    # pymodbus counts from 1.
    return ModbusSparseDataBlock({int(address) + 1: value for address, value in registers.items()})


def unit_context(functions):
    nothing = {65534: 0}
    return UnitContext(
        di=block(functions.get("2", nothing)),
        co=block(functions.get("1", nothing)),
        hr=block(functions.get("3", nothing)),
        ir=block(functions.get("4", nothing)),
    )


def server_context(units):
    contexts = {int(unit): unit_context(functions) for unit, functions in units.items()}
    try:
        return ModbusServerContext(slaves=contexts, single=False)
    except TypeError:
        return ModbusServerContext(devices=contexts, single=False)


async def take_commands(context):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        context[command["unit"]].setValues(command["function"], command["address"], command["values"])


async def main():
    port, units = int(sys.argv[1]), json.loads(sys.argv[2])
    context = server_context(units)
    commands = asyncio.create_task(take_commands(context))
    await StartAsyncTcpServer(context, address=("127.0.0.1", port))
    await commands


asyncio.run(main())
