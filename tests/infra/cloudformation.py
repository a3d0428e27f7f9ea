"""How the tests read a CloudFormation template, and which functions there are in it."""

import json
from typing import Any

from infra.releases import ALIAS

FUNCTIONS = {
    "APIHandler": "app.app",
    "AuthorizeRequest": "chalicelib.entrypoints.authorize_request.authorize_request",
    "ReceiveMessage": "chalicelib.entrypoints.receive_message.receive_message",
    "DeliverMessage": "chalicelib.entrypoints.deliver_message.deliver_message",
    "EscalateCases": "chalicelib.entrypoints.escalate_cases.escalate_cases",
    "RecordReceipt": "chalicelib.entrypoints.record_receipt.record_receipt",
    "EscalateOverdueCases": "chalicelib.entrypoints.escalate_overdue_cases.escalate_overdue_cases",
    "ReconcileIncoming": "chalicelib.entrypoints.reconcile_incoming.reconcile_incoming",
    "PublishChanges": "chalicelib.entrypoints.publish_changes.publish_changes",
    "ServeConnection": "chalicelib.entrypoints.serve_connection.serve_connection",
    "ReadFax": "chalicelib.entrypoints.read_fax.read_fax",
}


def usual(value: Any) -> Any:
    """What stands there when the table was not restored from a backup."""
    return (
        value["Fn::If"][2] if isinstance(value, dict) and value.get("Fn::If", [""])[0] == "TableIsRestored" else value
    )


def text_of(value: Any) -> str:
    """A CloudFormation value as one text: `${Queue.Arn}`, whichever way it is written."""
    if isinstance(value, dict):
        [(function, argument)] = usual(value).items()
        if function == "Ref":
            return f"${{{argument}}}"
        if function == "Fn::GetAtt":
            return f"${{{'.'.join(argument)}}}"
        if function == "Fn::Sub":
            return argument if isinstance(argument, str) else argument[0]
        return json.dumps(value)
    return str(value)


def called(value: Any) -> str:
    """The function whose alias is named there."""
    return text_of(value).removeprefix("${").removesuffix(f"Alias{ALIAS}}}")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements_in(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a policy document, those that hold under a condition of the stack with the others."""
    return [one["Fn::If"][1] if "Fn::If" in one else one for one in policy["Statement"]]


def statements_of(template, function: str) -> list[dict[str, Any]]:
    role = template.of_type("AWS::Lambda::Function")[function]["Role"]["Fn::GetAtt"][0]
    policies = template.of_type("AWS::IAM::Role")[role]["Policies"]
    return [statement for policy in policies for statement in statements_in(policy["PolicyDocument"])]


def may(template, function: str, action: str, resource: str) -> bool:
    return any(
        action in listed(statement["Action"]) and resource in map(text_of, listed(statement["Resource"]))
        for statement in statements_of(template, function)
    )
