"""Starts packaged functions in fresh processes: for the tests of what they load, and for the benchmark of how long."""

import base64
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STARTER = Path(__file__).with_name("start_function.py")
# The folder with awslambdaric, the interface to the runtime, that Lambda has loaded before a function's own code.
RUNTIME = Path(importlib.util.find_spec("awslambdaric").origin).parents[1]


def queue_event(body):
    record = {
        "messageId": "1",
        "receiptHandle": "1",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:queue",
        "awsRegion": "eu-central-1",
    }
    return {"Records": [record]}


TICK = {
    "version": "0",
    "id": "1",
    "account": "000000000000",
    "region": "eu-central-1",
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "detail": {},
    "time": "2026-11-23T15:00:00Z",
    "resources": ["arn:aws:events:eu-central-1:000000000000:rule/tick"],
}
FIRST_EVENTS = {
    "APIHandler": {
        "resource": "/v1/cases",
        "path": "/v1/cases",
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": {"unassigned_in": "care"},
        "multiValueQueryStringParameters": {"unassigned_in": ["care"]},
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "1",
            "resourcePath": "/v1/cases",
            "httpMethod": "GET",
            "identity": {"sourceIp": "192.0.2.1"},
            "authorizer": {"issuer": "https://i.example", "subject": "anna", "roles": "agent", "name": "Anna"},
        },
    },
    "AuthorizeRequest": {
        "type": "TOKEN",
        "authorizationToken": "Bearer a.b.c",
        "methodArn": "arn:aws:execute-api:eu-central-1:000000000000:api/api/GET/v1/cases",
    },
    "ReceiveMessage": queue_event(
        {
            "originationNumber": "+48601234567",
            "destinationNumber": "+48799000001",
            "messageKeyword": "KEYWORD",
            "messageBody": "Dzień dobry",
            "inboundMessageId": "1",
        }
    ),
    "DeliverMessage": queue_event({"customer_id": "01C", "entry_id": "01E"}),
    "RecordReceipt": queue_event(
        {
            "eventType": "Delivery",
            "mail": {
                "messageId": "1",
                "timestamp": "2026-11-23T09:00:00Z",
                "tags": {"entry": ["01M83T4CM07CCPZN4GFFPZA71G-1"], "customer": ["01M83T4CM0RFSHNTWA6RQ7CEJT"]},
            },
            "delivery": {"timestamp": "2026-11-23T09:00:00Z"},
        }
    ),
    "ServeConnection": {
        "headers": {"Sec-WebSocket-Protocol": "splot.v1, bm8gdGlja2V0"},
        "requestContext": {"routeKey": "$connect", "eventType": "CONNECT", "connectionId": "a="},
        "isBase64Encoded": False,
    },
    "ReadFax": queue_event({"customer_id": "01C", "entry_id": "01E"}),
    "EscalateCases": queue_event({"cases": [["01C", "01D"]]}),
    "EscalateOverdueCases": TICK,
    "ReconcileIncoming": TICK,
    "PublishChanges": {
        "Records": [
            {
                "eventID": "1",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "eu-central-1",
                "eventSourceARN": "arn:aws:dynamodb:eu-central-1:000000000000:table/t/stream/2026",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1764000000,
                    "Keys": {"pk": {"S": "CUST#01C"}, "sk": {"S": "CUST"}},
                    "NewImage": {"pk": {"S": "CUST#01C"}, "sk": {"S": "CUST"}},
                    "SequenceNumber": "1",
                    "SizeBytes": 1,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
            }
        ]
    },
}


class EmptyAccount(BaseHTTPRequestHandler):
    """An AWS account in which nothing exists but the hub's secrets; it remembers what it was asked."""

    def do_POST(self):
        asked = self.headers.get("X-Amz-Target", f"{self.command} {self.path}")
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(asked)
        if asked.endswith("GetParameter"):
            key = base64.b64encode(bytes(32)).decode()
            secrets = {"reply_keys": {"current": "a", "keys": {"a": key}}, "cursor_key": key}
            self._answer(200, {"Parameter": {"Name": "/splot/secrets", "Value": json.dumps(secrets)}})
        else:
            self._answer(400, {"__type": "ResourceNotFoundException", "message": "there is nothing here"})

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815  # http.server's names

    def _answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@contextmanager
def empty_account() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), EmptyAccount)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def start(package, name, account):
    """What start_function.py reports of a function's start and first event, and as `asked` what it asked of AWS."""
    function = package.of_type("AWS::Lambda::Function")[name]
    url = f"http://127.0.0.1:{account.server_port}"
    environment = {
        **dict.fromkeys(function["Environment"]["Variables"], "placeholder"),
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "_HANDLER": function["Handler"],
        "DUE_SHARDS": "1",
        "DELIVER_WORKERS": "5",
        "RECEIVE_QUEUE_URL": f"{url}/000000000000/receive",
        "DELIVER_QUEUE_URL": f"{url}/000000000000/deliver",
    }
    account.asked.clear()
    event = json.dumps(FIRST_EVENTS[name])
    *_log, report = run([STARTER, RUNTIME, package.unzipped, function["Handler"], event], environment).splitlines()
    return {**json.loads(report), "asked": [*account.asked]}


def run(arguments, environment):
    """The output of Python on these arguments. What is missing in the package is missing here: -S and -I leave out
    site-packages and the developer's environment.
    """
    command = [sys.executable, "-S", "-I", *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
