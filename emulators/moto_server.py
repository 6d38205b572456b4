"""moto (SQS, S3, SSM, Step Functions) with a clock that tests move, and as strict about FIFO queues as SQS is.

Prints one JSON line with its port, serves loopback only, and ends when its standard input closes.
`POST /_aion/clock {"advanceMs": n}` moves SQS's clock forward: visibility and deduplication windows pass at once.
"""

import json
import os
import sys
import threading

import moto.sqs.models as sqs
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs.exceptions import InvalidParameterValue
from werkzeug.serving import WSGIRequestHandler, make_server

offset_ms = 0
real_unix_time = sqs.unix_time
real_unix_time_millis = sqs.unix_time_millis

# A renamed function or method must stop the server here, not leave the tests on the real clock.
for owner, name in (
    (sqs, "DEDUPLICATION_TIME_IN_SECONDS"),
    (sqs.Message, "mark_sent"),
    (sqs.Queue, "add_message"),
    (sqs.Queue, "delete_message"),
    (sqs.SQSBackend, "change_message_visibility"),
):
    if not hasattr(owner, name):
        sys.exit(f"moto has no {owner.__name__}.{name} any more: adapt emulators/moto_server.py to the pinned version")

sqs.unix_time = lambda dt=None: real_unix_time(dt) + (0 if dt else offset_ms / 1000)
sqs.unix_time_millis = lambda dt=None: real_unix_time_millis(dt) + (0 if dt else offset_ms)


def remember_ids(original):
    """SQS remembers a deduplication id for five minutes, also when its message has been deleted; moto forgets it then."""

    def add_message(self, message):
        moved_to_dead_letters = message.approximate_receive_count > 0
        if self.fifo_queue and message.deduplication_id and not moved_to_dead_letters:
            seen = self.__dict__.setdefault("_seen_ids", {})
            before = seen.get(message.deduplication_id)
            if before is not None and (message.sent_timestamp - before) / 1000 < sqs.DEDUPLICATION_TIME_IN_SECONDS:
                return None
            seen[message.deduplication_id] = message.sent_timestamp
        return original(self, message)

    return add_message


def refuse_stale(queue, receipt_handle):
    """A FIFO queue refuses a receipt whose visibility time has passed or that a later delivery replaced; moto takes both."""
    if not queue.fifo_queue:
        return
    for message in queue._messages:
        if message.had_receipt_handle(receipt_handle):
            if message.receipt_handle != receipt_handle or message.visible:
                raise InvalidParameterValue(
                    f"Value {receipt_handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
                )


original_delete = sqs.Queue.delete_message
original_change = sqs.SQSBackend.change_message_visibility


def delete_message(self, receipt_handle):
    refuse_stale(self, receipt_handle)
    return original_delete(self, receipt_handle)


def change_message_visibility(self, queue_name, receipt_handle, visibility_timeout):
    refuse_stale(self.get_queue(queue_name), receipt_handle)
    return original_change(self, queue_name, receipt_handle, visibility_timeout)


sqs.Queue.add_message = remember_ids(sqs.Queue.add_message)
sqs.Queue.delete_message = delete_message
sqs.SQSBackend.change_message_visibility = change_message_visibility

backend = DomainDispatcherApplication(create_backend_app)


def app(environ, start_response):
    global offset_ms
    if environ.get("PATH_INFO") == "/_aion/clock":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        offset_ms += int(json.loads(body)["advanceMs"])
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"offsetMs": offset_ms}).encode()]
    return backend(environ, start_response)


class Quiet(WSGIRequestHandler):
    # One segment for each answer: without it Nagle's algorithm adds 40 ms to every request.
    wbufsize = -1
    protocol_version = "HTTP/1.1"

    def log(self, *_args):
        pass


server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
