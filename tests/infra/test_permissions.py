"""Least privilege, both ways and twice. A function may do what its code can ask for, as derived from the code, and
nothing else. And a day of the hub on moto asks for nothing that is not allowed, of no other resource, and shows what is
allowed without use.
"""

from fnmatch import fnmatchcase

import pytest

from tests.infra.aws_calls import Code
from tests.infra.cloudformation import FUNCTIONS, listed, statements_of, text_of
from tests.infra.recorded_day import recorded_day

pytestmark = pytest.mark.package

# Where an operation needs other rights than the one of its own name.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
RIGHTS = {
    ("s3", "CopyObject"): {"s3:GetObject", "s3:PutObject"},
    ("s3", "HeadObject"): {"s3:GetObject"},
    ("s3", "ListObjectVersions"): {"s3:ListBucketVersions"},
    ("s3", "ListObjectsV2"): {"s3:ListBucket"},
    ("s3", "DeleteObjects"): {"s3:DeleteObjectVersion"},
    ("sesv2", "SendEmail"): {"ses:SendEmail", "ses:SendRawEmail"},
    ("sesv2", "GetAccount"): {"ses:GetAccount"},
    ("pinpoint-sms-voice-v2", "SendTextMessage"): {"sms-voice:SendTextMessage"},
    ("apigatewaymanagementapi", "PostToConnection"): {"execute-api:ManageConnections"},
    ("apigatewaymanagementapi", "DeleteConnection"): {"execute-api:ManageConnections"},
}
# A transaction needs the right of each of its parts, and the parts are the changes that the code makes.
CHANGES = {
    "chalicelib.usecases.ports.Create": {"dynamodb:PutItem"},
    "chalicelib.usecases.ports.Update": {"dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"},
    "chalicelib.usecases.ports.Delete": {"dynamodb:DeleteItem"},
}
# What no code of ours asks for by a call of botocore, and why it is allowed.
NOT_BY_OUR_CODE = {
    "logs:": "Lambda writes the logs",
    "xray:": "Lambda sends the traces",
    "kms:": "S3 asks for the function",
    "sqs:ReceiveMessage": "Lambda polls the queue",
    "sqs:DeleteMessage": "Lambda polls the queue",
    "sqs:GetQueueAttributes": "Lambda polls the queue",
    "sqs:ChangeMessageVisibility": "Lambda polls the queue",
    "dynamodb:DescribeStream": "Lambda reads the stream",
    "dynamodb:GetRecords": "Lambda reads the stream",
    "dynamodb:GetShardIterator": "Lambda reads the stream",
    "dynamodb:ListStreams": "Lambda reads the stream",
    "aoss:APIAccessAll": "its calls are signed by us; tests/gateways/test_opensearch.py",
    "s3:ListBucket": "without it S3 answers 403 instead of 404 for an object that is gone",
}
# What the code could ask for as far as its types say, and never does.
NEVER_ASKED = {
    # A feed's head always moves, and a suggestion to which nothing is new is not written: no change comes to nothing.
    ("PublishChanges", "dynamodb:ConditionCheckItem"),
}

# What such a day cannot show beside that, because moto cannot answer, or it happens in a race only.
NOT_SEEN = NOT_BY_OUR_CODE | {
    "dynamodb:ConditionCheckItem": "a change that comes to nothing still holds its condition",
    "sms-voice:SendTextMessage": "moto has no such service",
    "sns:CreatePlatformEndpoint": "no device is rung on that day",
    "sns:Publish": "no device is rung on that day",
    "execute-api:ManageConnections": "moto has no connections",
    "ses:SendEmail": "SES names the action of a raw mail differently in its two APIs",
}
NOT_IN_A_DAY = {
    ("PublishChanges", "sqs:SendMessage"),  # Lambda sets aside what could not be published
    ("PublishChanges", "dynamodb:DeleteItem"),  # forgets a connection that is gone
    ("EscalateCases", "ssm:GetParameter"),  # signs the reply address of a holding message
    ("EscalateOverdueCases", "ssm:GetParameter"),  # signs the reply address of a holding message
    ("DeliverMessage", "ses:GetAccount"),  # moto does not say how fast mail may go
    ("RecordReceipt", "s3:GetObject"),  # parks what was stored before under the same name
    ("APIHandler", "sqs:SendMessage"),  # hands over what a fax gateway posts
    ("APIHandler", "s3:PutObject"),  # signs what whoever uploads a file puts there
    ("APIHandler", "s3:GetObject"),  # reads an incoming message that is posted a second time at the same moment
}
# Operations that functions can make and that day does not; tests/gateways makes each of them.
NOT_MADE_IN_A_DAY = {
    "CreatePlatformEndpoint",
    "DeleteConnection",
    "GetAccount",
    "PostToConnection",
    "Publish",
    "SendTextMessage",
}


def rights_behind(reached):
    """The actions of IAM."""
    rights = set()
    for operation in reached.operations:
        if operation.name == "TransactWriteItems":
            rights |= {right for change in CHANGES.keys() & reached.made for right in CHANGES[change]}
        else:
            rights |= RIGHTS.get((operation.service, operation.name), {f"{operation.service}:{operation.name}"})
    return rights


def allows(statement, action, resource):
    """`resource`: as the policy names it, or the end of its ARN."""
    patterns = [text_of(allowed) for allowed in listed(statement["Resource"])]
    return action in listed(statement["Action"]) and any(
        fnmatchcase(resource, pattern) or (resource.startswith(":") and pattern.endswith(resource))
        for pattern in patterns
    )


@pytest.fixture(scope="module")
def day():
    return recorded_day()


@pytest.fixture(scope="module")
def asked(day):
    return day.asked


@pytest.fixture(scope="module")
def code():
    return Code()


@pytest.fixture(scope="module")
def reached(code):
    """By function, what it can come to."""
    entries = {name: (handler,) for name, handler in FUNCTIONS.items()}
    entries["APIHandler"] = code.functions_below("chalicelib.api")
    return {name: code.reached_from(*of_it) for name, of_it in entries.items()}


def test_a_function_may_do_what_its_code_can_ask_for_and_nothing_else(reached, prod_package):
    derived = {(name, action) for name in FUNCTIONS for action in rights_behind(reached[name])}
    allowed = {
        (name, action)
        for name in FUNCTIONS
        for statement in statements_of(prod_package, name)
        for action in listed(statement["Action"])
    }
    assert derived - allowed == NEVER_ASKED
    assert {
        (name, action) for name, action in allowed - derived if not action.startswith(tuple(NOT_BY_OUR_CODE))
    } == set()


def test_what_is_derived_for_one_function_is_what_a_reader_finds(reached):
    """It goes through `wiring.hub()`, properties of the hub and its ports, a protocol, a paginator and a generator."""
    found = {
        (one.name, one.in_.removeprefix("chalicelib.gateways.")) for one in reached["ReconcileIncoming"].operations
    }
    assert found == {
        ("ListObjectsV2", "object_stores.S3RawStore.left_over"),
        ("GetQueueAttributes", "work_queues.SqsWorkQueues._waiting_in"),
        ("SendMessage", "work_queues.SqsWorkQueues._send"),
    }


def test_what_a_day_asks_for_was_derived(reached, asked):
    assert {(name, action) for name, action, _ in asked if action not in rights_behind(reached[name])} == set()


def test_no_call_of_aws_is_hidden_behind_something_that_has_no_type(code):
    """A method of an adapter on something of unknown type would not be followed. `get` and `items` are of mappings."""
    methods = code.methods_of_adapters - {"get", "items"}
    followed = ("chalicelib.usecases.", "chalicelib.api.", "chalicelib.entrypoints.", "chalicelib.wiring.")
    hidden = {name: body.untyped & methods for name, body in code.bodies.items() if name.startswith(followed)}
    assert {name: names for name, names in hidden.items() if names} == {}


def test_an_operation_that_no_such_day_makes_is_on_a_list(reached, day):
    operations = {operation.name for name in FUNCTIONS for operation in reached[name].operations}
    assert operations - day.operations == NOT_MADE_IN_A_DAY


def test_what_the_functions_ask_of_aws_is_allowed_to_them(asked, prod_package):
    refused = {
        (function, action, resource)
        for function, action, resource in asked
        if not any(allows(statement, action, resource) for statement in statements_of(prod_package, function))
    }
    assert refused == set()
    assert len(asked) > 40


def test_what_no_function_asks_is_not_allowed(asked, prod_package):
    unused = {
        (function, action)
        for function in FUNCTIONS
        for statement in statements_of(prod_package, function)
        for action in listed(statement["Action"])
        if not action.startswith(tuple(NOT_SEEN))
        and not any(
            name == function and allows(statement, asked_for, resource)
            for name, asked_for, resource in asked
            if asked_for == action
        )
    }
    assert unused == NOT_IN_A_DAY
