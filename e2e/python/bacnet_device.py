"""A BACnet/IP device of bacpypes3: bacnet_device.py ADDRESS:PORT INSTANCE OBJECTS SEGMENTATION

Analog inputs 1 to OBJECTS have half their instance above 20 °C; analog value 1 grows by one five times a second; binary input 1 is active.
"""

import asyncio
import sys

from bacpypes3.ipv4.app import NormalApplication
from bacpypes3.local.analog import AnalogInputObject, AnalogValueObject
from bacpypes3.local.binary import BinaryInputObject
from bacpypes3.local.device import DeviceObject
from bacpypes3.pdu import IPv4Address


def objects(count):
    for i in range(1, count + 1):
        yield AnalogInputObject(
            objectIdentifier=("analogInput", i),
            objectName=f"AHU'Zone {i}",
            description=f"temperature of the air in zone {i}, at the height of the desks",
            presentValue=20 + i / 2,
            units="degreesCelsius",
        )
    yield BinaryInputObject(
        objectIdentifier=("binaryInput", 1), objectName="Fan", description="fan runs", presentValue="active"
    )


async def main(address, instance, count, segmentation):
    device = DeviceObject(
        objectName=f"AHU {instance}",
        objectIdentifier=("device", int(instance)),
        description="air handling",
        vendorIdentifier=15,
        maxApduLengthAccepted=480 if segmentation == "noSegmentation" else 1476,
        segmentationSupported=segmentation,
    )
    app = NormalApplication(device, IPv4Address(address))
    for one in objects(int(count)):
        app.add_object(one)
    growing = AnalogValueObject(
        objectIdentifier=("analogValue", 1), objectName="Grows", description="", presentValue=0.0, units="noUnits", covIncrement=0.5
    )
    app.add_object(growing)
    print("ready", flush=True)
    while True:
        await asyncio.sleep(0.2)
        growing.presentValue = growing.presentValue + 1


asyncio.run(main(*sys.argv[1:]))
