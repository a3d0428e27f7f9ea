"""What the packaged template must say, whatever file or library says it: the plain CloudFormation that is deployed."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api.problems import MEDIA_TYPE, STATUSES, title_of
from chalicelib.metrics import Metric
from chalicelib.storage.schema import EXPIRY, table_description
from infra.package import ROOT
from tests.infra.cloudformation import FUNCTIONS, called, may, statements_in, text_of, usual
from tests.infra.conditions import StoodUp

pytestmark = pytest.mark.package

SCHEDULED = {"EscalateOverdueCases", "ReconcileIncoming"}
FOURTEEN_DAYS = 14 * 24 * 3600


@pytest.fixture(scope="module")
def template(prod_package):
    return prod_package


def mappings_by_kind(template, kind: str) -> dict[str, dict[str, Any]]:
    """Event source mappings whose source is a resource of that kind, by the function they invoke."""
    return {
        called(mapping["FunctionName"]): mapping
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if usual(mapping["EventSourceArn"])["Fn::GetAtt"][0] in template.of_type(kind)
    }


def test_cfn_lint_has_nothing_to_say(prod_package, local_package):
    linter = Path(sys.executable).with_name("cfn-lint")
    paths = [str(package.folder / "template.json") for package in (prod_package, local_package)]
    # W1028: the functions of a channel have the settings of all functions, also those for where it is not listed.
    command = [linter, "--ignore-checks", "W1028", "-t", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_it_holds_no_region_and_stays_far_from_the_limits_of_a_stack(template):
    text = json.dumps(template.template)
    assert not re.search(r"\b(eu|us|ap|sa|ca)-[a-z]+-\d\b", text)
    assert "000000000000" not in text  # the placeholders of the decorators are replaced
    assert len(text) < 900_000
    assert len(template.template["Resources"]) < 450


def test_every_function_is_there_under_its_module_and_nothing_else_is(template):
    handlers = {name: f["Handler"] for name, f in template.of_type("AWS::Lambda::Function").items()}
    assert handlers == FUNCTIONS
    modules = {path.stem for path in (ROOT / "chalicelib" / "entrypoints").glob("[!_]*.py")}
    assert {handler.split(".")[-2] for handler in handlers.values()} - {"app"} == modules


def test_the_settings_that_the_code_reads_are_the_variables_that_the_template_gives(template):
    tree = ast.parse((ROOT / "chalicelib" / "settings.py").read_text())
    read = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Z_]{4,}", str(node.value))
    }
    # Their defaults are right on AWS.
    optional = {"RECONCILE_AFTER_SECONDS", "SWEEP_OWN_SHARE", "CAPTCHA_VERIFIER"}
    by_lambda = {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER"}
    for function in template.of_type("AWS::Lambda::Function").values():
        assert {*function["Environment"]["Variables"]} == read - optional - by_lambda


@pytest.mark.parametrize("queue_kind", ["AWS::SQS::Queue", "AWS::DynamoDB::Table"])
def test_every_function_that_takes_batches_reports_which_of_them_failed(template, queue_kind):
    mappings = mappings_by_kind(template, queue_kind)
    assert mappings
    for function, mapping in mappings.items():
        if mapping["BatchSize"] > 1:
            assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], function


def test_a_message_in_work_stays_hidden_for_six_timeouts_and_ends_in_a_dead_letter_queue_that_nobody_reads(template):
    queues, functions = template.of_type("AWS::SQS::Queue"), template.of_type("AWS::Lambda::Function")
    mappings = mappings_by_kind(template, "AWS::SQS::Queue")
    assert {*mappings} == {"ReceiveMessage", "DeliverMessage", "EscalateCases", "RecordReceipt", "ReadFax"}
    sources = {mapping["EventSourceArn"]["Fn::GetAtt"][0] for mapping in mappings.values()}
    for function, mapping in mappings.items():
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        assert queue["VisibilityTimeout"] >= 6 * functions[function]["Timeout"]
        assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
        dead_letters = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert dead_letters not in sources
        assert queues[dead_letters]["MessageRetentionPeriod"] == FOURTEEN_DAYS
        assert queue["MessageRetentionPeriod"] < FOURTEEN_DAYS  # the age goes with the message
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
            assert may(template, function, f"sqs:{action}", text_of(mapping["EventSourceArn"]))


def test_a_poisonous_change_cannot_block_the_stream(template):
    [mapping] = mappings_by_kind(template, "AWS::DynamoDB::Table").values()
    assert called(mapping["FunctionName"]) == "PublishChanges"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] <= 100
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < 24 * 3600
    aside = text_of(mapping["DestinationConfig"]["OnFailure"]["Destination"])
    assert may(template, "PublishChanges", "sqs:SendMessage", aside)
    for action in ("DescribeStream", "GetRecords", "GetShardIterator"):
        assert may(template, "PublishChanges", f"dynamodb:{action}", "${Table.StreamArn}")


def test_a_lost_tick_is_not_repeated(template):
    once = {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
    rules = {
        called(rule["Targets"][0]["Arn"]): rule
        for rule in template.of_type("AWS::Events::Rule").values()
        if "ScheduleExpression" in rule
    }
    assert {*rules} == SCHEDULED
    assert {name: rule["ScheduleExpression"] for name, rule in rules.items()} == {
        "EscalateOverdueCases": "rate(1 minute)",
        "ReconcileIncoming": "rate(15 minutes)",
    }
    assert [rule["Targets"][0]["RetryPolicy"] for rule in rules.values()] == [once] * 2
    configured = template.of_type("AWS::Lambda::EventInvokeConfig").values()
    assert {config["FunctionName"]["Ref"] for config in configured} == SCHEDULED
    assert [{key: config[key] for key in once} for config in configured] == [once] * 2


@pytest.mark.parametrize("topic", ["IncomingMailTopic", "IncomingSmsTopic"])
def test_what_a_carrier_publishes_reaches_the_receive_queue_or_its_dead_letters(template, topic):
    subscriptions = [s for s in template.of_type("AWS::SNS::Subscription").values() if s["TopicArn"] == {"Ref": topic}]
    [subscription] = [s for s in subscriptions if s["Protocol"] == "sqs"]
    assert subscription["Endpoint"] == {"Fn::GetAtt": ["ReceiveQueue", "Arn"]}
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": {"Fn::GetAtt": ["ReceiveDeadLetters", "Arn"]}}
    for queue in ("ReceiveQueue", "ReceiveDeadLetters"):
        policies = [p for p in template.of_type("AWS::SQS::QueuePolicy").values() if p["Queues"] == [{"Ref": queue}]]
        assert len(policies) == 1  # a second one would replace the first
        statement = statements_in(policies[0]["PolicyDocument"])[0]
        senders = [one["Fn::If"][1] for one in statement["Condition"]["ArnEquals"]["aws:SourceArn"]]
        assert {"Ref": topic} in senders


def test_a_text_message_is_copied_past_our_code_and_the_copy_is_gone_in_time_for_who_is_erased(template):
    [copied] = [s for s in template.of_type("AWS::SNS::Subscription").values() if s["Protocol"] == "firehose"]
    assert copied["TopicArn"] == {"Ref": "IncomingSmsTopic"}
    assert copied["RedrivePolicy"] == {"deadLetterTargetArn": {"Fn::GetAtt": ["ReceiveDeadLetters", "Arn"]}}
    [stream] = template.of_type("AWS::KinesisFirehose::DeliveryStream").values()
    place = stream["ExtendedS3DestinationConfiguration"]
    assert place["BucketARN"] == {"Fn::GetAtt": ["RawBucket", "Arn"]}
    rules = template.of_type("AWS::S3::Bucket")["RawBucket"]["LifecycleConfiguration"]["Rules"]
    [rule] = [rule for rule in rules if "ExpirationInDays" in rule]
    assert place["Prefix"].startswith(rule["Prefix"])
    assert place["ErrorOutputPrefix"].startswith(rule["Prefix"])
    days = rule["ExpirationInDays"] + rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert days < 30  # a month is what the GDPR leaves (art. 12(3))


def test_only_calls_of_the_named_connect_are_let_in_and_only_where_one_is_named(template):
    rules = {name: rule for name, rule in template.of_type("AWS::Events::Rule").items() if "EventPattern" in rule}
    assert {*rules} == {"EndedCallsRule", "ToldCallsRule"}
    for name, rule in rules.items():
        assert template.template["Resources"][name]["Condition"] == "TakesCalls"
        assert rule["EventPattern"]["account"] == [{"Ref": "AWS::AccountId"}]
        [target] = rule["Targets"]
        assert target["Arn"] == {"Fn::GetAtt": ["ReceiveQueue", "Arn"]}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["ReceiveDeadLetters", "Arn"]}}
    assert rules["EndedCallsRule"]["EventPattern"]["detail"]["instanceArn"] == [{"Ref": "ConnectInstanceArn"}]
    senders = [{"Fn::GetAtt": [name, "Arn"]} for name in rules]
    for policy in template.of_type("AWS::SQS::QueuePolicy").values():
        conditions = [one["Fn::If"] for one in policy["PolicyDocument"]["Statement"] if "Fn::If" in one]
        conditions = [one for one in conditions if one[0] != "HasTopics"]
        if policy["Queues"] not in ([{"Ref": "ReceiveQueue"}], [{"Ref": "ReceiveDeadLetters"}]):
            assert conditions == []
            continue
        [condition] = conditions
        assert (condition[0], condition[2]) == ("TakesCalls", {"Ref": "AWS::NoValue"})
        assert condition[1]["Condition"] == {"ArnEquals": {"aws:SourceArn": senders}}


def test_every_alarm_watches_a_metric_that_the_hub_writes(template):
    alarms = template.of_type("AWS::CloudWatch::Alarm").values()
    ours = {alarm["MetricName"] for alarm in alarms if alarm["Namespace"] == "Splot"}
    assert ours <= {*Metric}
    others = {"AWS/SQS", "AWS/Lambda", "AWS/SES", "AWS/ApiGateway", "AWS/DynamoDB"}
    assert {alarm["Namespace"] for alarm in alarms} == {"Splot", *others}


def test_the_dashboard_shows_every_metric_that_the_hub_writes_and_no_other(template):
    (dashboard,) = template.of_type("AWS::CloudWatch::Dashboard").values()
    body = json.loads(re.sub(r"\$\{[^}]*\}", "x", dashboard["DashboardBody"]["Fn::Sub"][0]))
    shown: set[str] = set()
    for widget in body["widgets"]:
        namespace = ""
        for metric in widget["properties"].get("metrics", ()):
            if isinstance(metric[0], dict):
                searched = metric[0]["expression"]
                shown |= set(re.findall(r'"([a-z_]+)"', searched)) if "{Splot," in searched else set()
                continue
            namespace = namespace if metric[0] in (".", "...") else metric[0]
            shown |= {metric[1]} if namespace == "Splot" else set()
    assert shown == {*Metric}


def test_no_two_parts_of_the_dashboard_lie_over_each_other(template):
    (dashboard,) = template.of_type("AWS::CloudWatch::Dashboard").values()
    body = json.loads(re.sub(r"\$\{[^}]*\}", "x", dashboard["DashboardBody"]["Fn::Sub"][0]))
    cells = [
        (x, y)
        for one in body["widgets"]
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_one_address_cannot_flood_the_api_unless_the_operator_wants_no_firewall(template):
    (firewall,) = template.of_type("AWS::WAFv2::WebACL").values()
    (rule,) = firewall["Rules"]
    assert (rule["Action"], rule["Statement"]["RateBasedStatement"]["Limit"]) == (
        {"Block": {}},
        {"Ref": "RequestsPerAddress"},
    )
    (where,) = template.of_type("AWS::WAFv2::WebACLAssociation").values()
    (stage,) = template.of_type("AWS::ApiGateway::Stage").values()
    assert where["ResourceArn"]["Fn::Sub"].endswith(f"/stages/{stage['StageName']}")
    association = template.template["Resources"]["FirewallOfTheApi"]
    assert association["Condition"] == "LimitsAddresses"
    assert association["DependsOn"] in template.of_type("AWS::ApiGateway::Stage")


def test_every_alarm_is_known_by_its_stack_and_its_section(template):
    names = {name: alarm["AlarmName"] for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items()}
    assert names == {name: {"Fn::Sub": f"${{AWS::StackName}}-{name}"} for name in names}


def test_every_dead_letter_queue_and_every_function_has_an_alarm(template):
    watched = {
        metric: {text_of(a["Dimensions"][0]["Value"]) for a in alarms if a["MetricName"] == metric}
        for alarms in [template.of_type("AWS::CloudWatch::Alarm").values()]
        for metric in ("ApproximateNumberOfMessagesVisible", "Errors")
    }
    dead_letters = {name for name in template.of_type("AWS::SQS::Queue") if name.endswith("DeadLetters")}
    assert watched["ApproximateNumberOfMessagesVisible"] == {f"${{{name}.QueueName}}" for name in dead_letters}
    assert watched["Errors"] == {f"${{{name}}}" for name in FUNCTIONS}


def test_the_table_is_the_one_that_the_code_describes(template):
    [table] = template.of_type("AWS::DynamoDB::Table").values()
    described = table_description("any")
    del described["TableName"]  # CloudFormation chooses it
    assert {name: table[name] for name in described} == described
    assert table["TimeToLiveSpecification"] == {"AttributeName": EXPIRY, "Enabled": True}


def test_the_table_can_be_brought_back_and_outlives_the_stack(template):
    [table] = template.of_type("AWS::DynamoDB::Table").values()
    assert template.template["Resources"]["Table"]["DeletionPolicy"] == "Retain"
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}


def test_after_a_restore_everything_refers_to_the_restored_table_and_nothing_to_the_old_one(template):
    stack = StoodUp(template.template, RestoredTable="hub-restored", RestoredTableStream="2026")
    del stack.resources["Table"]  # it stays, and nobody uses it
    text = json.dumps([stack.resources, stack.outputs])
    assert '"Table"' not in text
    assert "${Table" not in text
    variables = stack.properties("ReceiveMessage")["Environment"]["Variables"]
    assert variables["TABLE_NAME"] == {"Ref": "RestoredTable"}
    assert stack.outputs["TableName"]["Value"] == {"Ref": "RestoredTable"}
    assert "table/${RestoredTable}/index/due" in text
    [mapping] = [one for one in stack.resources.values() if one.get("Properties", {}).get("StartingPosition")]
    assert text_of(mapping["Properties"]["EventSourceArn"]).endswith("/${RestoredTable}/stream/${RestoredTableStream}")
    before = StoodUp(template.template)
    assert before.properties("ReceiveMessage")["Environment"]["Variables"]["TABLE_NAME"] == {"Ref": "Table"}


def test_the_api_is_regional_with_one_stage_and_a_throttle(template):
    [api] = template.of_type("AWS::ApiGateway::RestApi").values()
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    [stage] = template.of_type("AWS::ApiGateway::Stage").values()
    assert stage["StageName"] == "api"
    assert stage["TracingEnabled"] is True
    [settings] = stage["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] > 0


def test_two_stages_in_one_account_do_not_share_what_is_counted_of_their_apis(template):
    [api] = template.of_type("AWS::ApiGateway::RestApi").values()
    assert api["Name"] == api["Body"]["info"]["title"] == {"Ref": "AWS::StackName"}
    [dimension] = template.of_type("AWS::CloudWatch::Alarm")["ApiFails"]["Dimensions"]
    assert dimension == {"Name": "ApiName", "Value": {"Ref": "AWS::StackName"}}
    (dashboard,) = template.of_type("AWS::CloudWatch::Dashboard").values()
    assert '"ApiName", "${AWS::StackName}"' in dashboard["DashboardBody"]["Fn::Sub"][0]


def test_what_the_gateway_answers_itself_is_a_problem_document_like_the_hubs_own(template):
    [api] = template.of_type("AWS::ApiGateway::RestApi").values()
    answers = api["Body"]["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "ACCESS_DENIED", "MISSING_AUTHENTICATION_TOKEN"} <= {*answers}
    for name, answer in answers.items():
        assert answer["responseParameters"]["gatewayresponse.header.Content-Type"] == f"'{MEDIA_TYPE}'"
        [(accepted, text)] = answer["responseTemplates"].items()
        assert accepted == "application/json"
        problem = json.loads(text.replace("$context.error.messageString", '"told"'))
        assert problem["code"] in STATUSES
        assert problem["type"] == f"urn:splot:problem:{problem['code']}"
        assert problem["title"] == title_of(problem["code"])
        assert problem["detail"]
        assert problem["instance"] == "$context.requestId"
        assert str(problem.get("status", "")) == answer.get("statusCode", ""), name
