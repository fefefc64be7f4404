"""Drives a broker with pika, a client that shares no code with ours, and reports what it saw as one JSON object."""

import json
import sys

import pika
from pika.exceptions import ChannelClosedByBroker, UnroutableError


def refusal(connection, action):
    """The reply code with which the broker closes a channel for doing this."""
    channel = connection.channel()
    try:
        action(channel)
    except ChannelClosedByBroker as error:
        return error.reply_code
    return None


def consume(channel, queue, count):
    bodies = []
    for method, properties, body in channel.consume(queue, inactivity_timeout=10):
        if method is None:
            break
        bodies.append([method.routing_key, body.decode(), properties.app_id, properties.headers])
        channel.basic_ack(method.delivery_tag)
        if len(bodies) == count:
            break
    channel.cancel()
    return bodies


def unroutable(channel):
    try:
        channel.basic_publish("tour", "nobody.listens", b"", mandatory=True)
    except UnroutableError as error:
        return error.messages[0].method.reply_code
    return None


def main():
    seen = {}
    connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_qos(prefetch_count=2)
    channel.exchange_declare("tour", "topic", durable=True)
    queue = channel.queue_declare("", exclusive=True, arguments={"x-max-length": 100}).method.queue
    channel.queue_bind(queue, "tour", "elab.*.power")
    properties = pika.BasicProperties(app_id="pika", headers={"n": 1, "text": "ü", "list": [1, True, None]})
    for number in range(3):
        channel.basic_publish("tour", f"elab.ariel{number}.power", f"{number}".encode(), properties, mandatory=True)
    channel.basic_publish("tour", "elab.ariel.temperature", b"bound by nobody")
    seen["consumed"] = consume(channel, queue, 3)
    seen["left"] = channel.queue_declare(queue, passive=True).method.message_count
    seen["unroutable"] = unroutable(channel)
    channel.basic_publish("", queue, b"again")
    method, _, _ = channel.basic_get(queue)
    channel.basic_nack(method.delivery_tag, requeue=True)
    method, _, body = channel.basic_get(queue, auto_ack=True)
    seen["redelivered"] = [method.redelivered, body.decode()]
    seen["not found"] = refusal(connection, lambda c: c.queue_declare("nobody", passive=True))
    seen["inequivalent"] = refusal(connection, lambda c: c.exchange_declare("tour", "fanout", durable=True))
    big = b"x" * 1_000_000
    channel.basic_publish("", queue, big)
    seen["big"] = channel.basic_get(queue, auto_ack=True)[2] == big
    other = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
    seen["locked"] = refusal(other, lambda c: c.queue_declare(queue, passive=True))
    other.close()
    connection.close()
    print(json.dumps(seen))


main()
