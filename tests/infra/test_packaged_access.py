"""Who may do what in the packaged template: roles, policies of queues, topics and buckets, and the API's authorizer."""

import pytest

from tests.infra.cloudformation import FUNCTIONS, listed, statements_in, statements_of, text_of

pytestmark = pytest.mark.package

# Actions that AWS knows no narrower resource for; https://docs.aws.amazon.com/service-authorization/latest/reference/
WITHOUT_A_RESOURCE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "dynamodb:ListStreams",
    "textract:DetectDocumentText",
    "ses:GetAccount",
}
# Resources that end in a wildcard, and why nothing narrower can be named.
WILDCARDS = {
    "identity/*@${MailDomain}": "any address of our own mail domain may be verified by itself",
    "phone-number/*": "operators buy numbers; their ids are not in the template",
    ":endpoint/*": "customers' devices come and go",
    ":app/*": "operators make the platform applications of their apps; they are not in the template",
    "sender-id/*": "operators register sender ids; they are not in the template",
    "${RawBucket.Arn}/incoming/*": "a key prefix",
    "${RawBucket.Arn}/raw/*": "a key prefix",
    "${RawBucket.Arn}/erased/*": "a key prefix",
    "${AttachmentBucket.Arn}/att/*": "a key prefix",
    "-*:*": "the function's own log group: CloudFormation adds a random part to its name",
}


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
        for s in template.of_type("AWS::S3::BucketPolicy")["RawBucketPolicy"]["PolicyDocument"]["Statement"]
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
        assert bucket["BucketEncryption"]
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert not [r for r in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in r]
        assert template.template["Resources"][name]["DeletionPolicy"] == "Retain"
        policy = template.of_type("AWS::S3::BucketPolicy")[f"{name}Policy"]["PolicyDocument"]["Statement"]
        [denied] = [statement for statement in policy if statement["Effect"] == "Deny"]
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert (denied["Action"], denied["Principal"]) == ("s3:*", "*")


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
        ("post", "/v1/unsubscribe/{unsubscribe_token}"),
        ("post", "/v1/fax-reports/{inbox}"),  # whoever proves to be its gateway
        ("post", "/v1/verifications/{verification_id}/confirmation"),
        ("get", "/v1/ratings/{rating_token}"),  # whoever has the signed link
        ("post", "/v1/ratings/{rating_token}"),
        ("get", "/v1/openapi.json"),
    }
