"""Who may do what in the packaged template: roles, policies of queues, topics and buckets, and the API's authorizer."""

import json
from datetime import timedelta

import pytest

from chalicelib.api.customers import LINKS_LIVE_FOR
from chalicelib.domain.exporting import FETCHED_FOR
from chalicelib.domain.uploads import OPEN_FOR
from chalicelib.gateways.opensearch import INDEX
from tests.infra.cloudformation import FUNCTIONS, listed, statements_in, statements_of, text_of
from tests.infra.conditions import StoodUp

pytestmark = pytest.mark.package

# Actions that AWS knows no narrower resource for; https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_A_RESOURCE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "dynamodb:ListStreams",
    "textract:DetectDocumentText",
    "ses:GetAccount",
    "sns:CreatePlatformEndpoint",
}
# Resources that end in a wildcard, and why nothing narrower can be named.
WILDCARDS = {
    "identity/*@${MailDomain}": "any address of our own mail domain may be verified by itself",
    "phone-number/*": "operators buy numbers; their ids are not in the template",
    ":endpoint/*": "customers' devices come and go",
    "sender-id/*": "operators register sender ids; they are not in the template",
    "${RawBucket.Arn}/incoming/*": "a key prefix",
    "${RawBucket.Arn}/raw/*": "a key prefix",
    "${RawBucket.Arn}/erased/*": "a key prefix",
    "${AttachmentBucket.Arn}/att/*": "a key prefix",
    "${AttachmentBucket.Arn}/uploads/*": "a key prefix",
    ":*/${AWS::StackName}/*/@connections/*": "the API may not be there; its stage has the stack's name",
    "${AttachmentBucket.Arn}/exports/*": "a key prefix",
    "-*:*": "the function's own log group: CloudFormation adds a random part to its name",
}


FORGOTTEN = {"AttachmentBucket": [("exports/", FETCHED_FOR.days + 1), ("uploads/", 1)], "RawBucket": [("tee/", 14)]}


@pytest.fixture(scope="module")
def template(prod_package):
    return prod_package


def test_every_function_has_its_own_role_and_a_log_group_that_forgets(template):
    functions = template.of_type("AWS::Lambda::Function")
    assert len({function["Role"]["Fn::GetAtt"][0] for function in functions.values()}) == len(functions)
    retention = {
        text_of(group["LogGroupName"]): group["RetentionInDays"]
        for group in template.of_type("AWS::Logs::LogGroup").values()
    }
    assert retention == {f"/aws/lambda/${{{name}}}": 90 for name in FUNCTIONS}
    for name in FUNCTIONS:
        groups = [text_of(s["Resource"]) for s in statements_of(template, name) if "logs:PutLogEvents" in s["Action"]]
        own = f"log-group:/aws/lambda/${{AWS::StackName}}-{name}-*:*"
        assert [group.endswith(own) for group in groups] == [True]


def test_no_role_may_do_more_than_is_written_down_here(template):
    for name in FUNCTIONS:
        for statement in statements_of(template, name):
            assert statement["Effect"] == "Allow"
            assert {*statement} <= {"Sid", "Effect", "Action", "Resource", "Condition"}
            actions = {*listed(statement["Action"])}
            assert not [action for action in actions if "*" in action]
            for resource in map(text_of, listed(statement["Resource"])):
                if resource == "*":
                    assert actions <= WITHOUT_A_RESOURCE, (name, actions)
                elif "*" in resource:
                    assert resource.endswith(tuple(WILDCARDS)), (name, resource)


def test_the_authorizer_may_touch_no_data(template):
    actions = {
        action for statement in statements_of(template, "AuthorizeRequest") for action in listed(statement["Action"])
    }
    assert {action.partition(":")[0] for action in actions} == {"logs", "xray"}


def test_only_the_functions_that_need_the_hubs_secrets_may_read_them(template):
    readers = {
        name
        for name in FUNCTIONS
        if any("ssm:GetParameter" in listed(statement["Action"]) for statement in statements_of(template, name))
    }
    assert readers == {
        "APIHandler",
        "DeliverMessage",
        "EscalateCases",
        "EscalateOverdueCases",
        "PublishChanges",
        "ReceiveMessage",
        "RecordReceipt",
        "ServeConnection",
    }


def test_every_service_that_may_reach_us_is_held_to_our_account_or_to_one_sender(template):
    policies = {
        name: properties["PolicyDocument"]
        for kind in ("AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")
        for name, properties in template.of_type(kind).items()
    }
    allowed = [s for policy in policies.values() for s in statements_in(policy) if s["Effect"] == "Allow"]
    assert len(allowed) == 12
    for statement in allowed:
        assert {*statement["Principal"]} == {"Service"}
        conditions = {key for condition in statement["Condition"].values() for key in condition}
        assert "aws:SourceArn" in conditions, statement["Sid"]
    for permission in template.of_type("AWS::Lambda::Permission").values():
        assert permission["SourceArn"]


def test_the_rule_that_may_store_mail_is_the_one_that_exists(template):
    [rule] = template.of_type("AWS::SES::ReceiptRule").values()
    [rule_set] = template.of_type("AWS::SES::ReceiptRuleSet").values()
    arn = f":receipt-rule-set/{text_of(rule_set['RuleSetName'])}:receipt-rule/{rule['Rule']['Name']}"
    [stores] = [
        s
        for s in statements_in(template.of_type("AWS::S3::BucketPolicy")["RawBucketPolicy"]["PolicyDocument"])
        if s["Effect"] == "Allow"
    ]
    [notifies] = template.of_type("AWS::SNS::TopicPolicy")["IncomingMailTopicPolicy"]["PolicyDocument"]["Statement"]
    for statement in (stores, notifies):
        assert text_of(statement["Condition"]["ArnEquals"]["aws:SourceArn"]).endswith(arn)
    [action] = rule["Rule"]["Actions"]
    assert text_of(stores["Resource"]) == "${RawBucket.Arn}/" + action["S3Action"]["ObjectKeyPrefix"] + "*"
    assert action["S3Action"]["TopicArn"] == {"Ref": "IncomingMailTopic"}
    assert action["S3Action"]["ObjectKeyPrefix"] == "incoming/email/"


def test_buckets_are_private_encrypted_versioned_and_outlive_the_stack(template):
    buckets = template.of_type("AWS::S3::Bucket")
    assert {*buckets} == {"RawBucket", "AttachmentBucket", "ConsoleBucket"}
    for name, bucket in buckets.items():
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"] == (
            {"SSEAlgorithm": "AES256"}  # static files that everybody may load
            if name == "ConsoleBucket"
            else {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["DataKey", "Arn"]}}
        )
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        forgets = [r for r in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in r]
        assert [(r["Prefix"], r["ExpirationInDays"]) for r in forgets] == FORGOTTEN.get(name, [])
        assert template.template["Resources"][name]["DeletionPolicy"] == "Retain"
        policy = statements_in(template.of_type("AWS::S3::BucketPolicy")[f"{name}Policy"]["PolicyDocument"])
        [denied] = [statement for statement in policy if statement.get("Sid") == "TlsOnly"]
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert (denied["Effect"], denied["Action"], denied["Principal"]) == ("Deny", "s3:*", "*")


@pytest.mark.parametrize("bucket", ["RawBucket", "AttachmentBucket"])
def test_no_link_and_no_room_for_an_upload_outlives_a_quarter_of_an_hour_whoever_signs_it(template, bucket):
    policy = statements_in(template.of_type("AWS::S3::BucketPolicy")[f"{bucket}Policy"]["PolicyDocument"])
    [denied] = [one for one in policy if "NumericGreaterThan" in one["Condition"]]
    longest = timedelta(milliseconds=int(denied["Condition"]["NumericGreaterThan"]["s3:signatureAge"]))
    assert (denied["Effect"], denied["Principal"], text_of(denied["Resource"])) == ("Deny", "*", f"${{{bucket}.Arn}}/*")
    assert {*denied["Action"]} >= {"s3:GetObject", "s3:PutObject"}
    assert max(OPEN_FOR, LINKS_LIVE_FOR) <= longest <= timedelta(minutes=15)


def test_the_key_is_changed_every_year_and_outlives_the_stack(template):
    [(name, key)] = template.of_type("AWS::KMS::Key").items()
    assert key["EnableKeyRotation"] is True
    assert template.template["Resources"][name]["DeletionPolicy"] == "Retain"
    [roles, ses] = statements_in(key["KeyPolicy"])
    assert text_of(roles["Principal"]["AWS"]).endswith(":${AWS::AccountId}:root")
    assert ses["Principal"] == {"Service": "ses.amazonaws.com"}
    [stores] = [
        s
        for s in statements_in(template.of_type("AWS::S3::BucketPolicy")["RawBucketPolicy"]["PolicyDocument"])
        if s["Effect"] == "Allow"
    ]
    assert ses["Condition"] == stores["Condition"]  # the same rule, and no other


def test_who_reads_and_writes_objects_may_use_their_key_through_s3_alone(template):
    for name in FUNCTIONS:
        statements = statements_of(template, name)
        actions = {action for statement in statements for action in listed(statement["Action"])}
        needed = {
            key
            for key, use in (("kms:Decrypt", "s3:GetObject"), ("kms:GenerateDataKey", "s3:PutObject"))
            if use in actions
        }
        assert {action for action in actions if action.startswith("kms:")} == needed, name
        for statement in statements:
            if "kms:Decrypt" in listed(statement["Action"]):
                through = statement["Condition"]["StringEquals"]["kms:ViaService"]
                assert text_of(through) == "s3.${AWS::Region}.${AWS::URLSuffix}"


def test_every_queue_is_encrypted(template):
    assert {queue["SqsManagedSseEnabled"] for queue in template.of_type("AWS::SQS::Queue").values()} == {True}


def test_every_method_but_the_public_ones_asks_the_authorizer(template):
    [api] = template.of_type("AWS::ApiGateway::RestApi").values()
    open_to_all = {
        (method, path)
        for path, methods in api["Body"]["paths"].items()
        for method, described in methods.items()
        if method != "options" and described.get("security") != [{"authorize_request": []}]
    }
    assert open_to_all == {
        ("post", "/v1/forms/{inbox}/messages"),
        ("get", "/v1/forms/{inbox}/notices"),
        ("post", "/v1/forms/{inbox}/verifications"),
        ("post", "/v1/forms/{inbox}/conversations"),
        ("get", "/v1/forms/{inbox}/conversation"),
        ("post", "/v1/forms/{inbox}/conversation/messages"),
        ("get", "/v1/forms/{inbox}/conversation/{entry_id}/attachments/{sha256}"),  # whoever has its token
        ("post", "/v1/forms/{inbox}/uploads"),
        ("get", "/v1/forms/{inbox}/page"),
        ("post", "/v1/unsubscribe/{unsubscribe_token}"),
        ("post", "/v1/fax-reports/{inbox}"),  # whoever proves to be its gateway
        ("post", "/v1/verifications/{verification_id}/confirmation"),
        ("get", "/v1/ratings/{rating_token}"),  # whoever has the signed link
        ("post", "/v1/ratings/{rating_token}"),
        ("get", "/v1/openapi.json"),
        ("get", "/v1/openapi.html"),
    }


def test_who_searches_in_opensearch_may_read_there_and_who_follows_the_stream_may_write_and_nobody_else_anything(
    template,
):
    """A stage that did not choose it has no collection, no right and no address of one."""
    chosen = StoodUp(template.template, SearchIndex="opensearch")
    assert callers_of_a_collection(chosen) == {"APIHandler", "PublishChanges"}
    text, names = chosen.properties("SearchAccess")["Policy"]["Fn::Sub"]
    reads, writes = json.loads(text.replace("${Writers}", names["Writers"]["Fn::Sub"]))
    assert (reads["Principal"], reads["Rules"][0]["Permission"]) == (["${ApiHandlerRole.Arn}"], ["aoss:ReadDocument"])
    assert writes["Principal"] == ["${PublishChangesRole.Arn}"]
    assert writes["Rules"][0]["Permission"] == ["aoss:CreateIndex", "aoss:WriteDocument"]
    assert reads["Rules"][0]["Resource"] == writes["Rules"][0]["Resource"] == [f"index/${{AWS::StackName}}/{INDEX}"]
    for choice in ("kept", "none"):
        other = StoodUp(template.template, SearchIndex=choice)
        assert other.of_type("AWS::OpenSearchServerless") == set()
        assert callers_of_a_collection(other) == set()
        assert other.properties("APIHandler")["Environment"]["Variables"]["SEARCH_ENDPOINT"] == ""


def callers_of_a_collection(stack):
    roles = {name: stack.properties(name)["Role"]["Fn::GetAtt"][0] for name in FUNCTIONS if name in stack.resources}
    return {
        name for name, role in roles.items() if "aoss:APIAccessAll" in json.dumps(stack.properties(role)["Policies"])
    }
