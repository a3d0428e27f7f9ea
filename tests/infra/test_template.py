"""infra/template.py on small templates; what the real one must say is in test_packaged_template.py."""

from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml

from chalicelib.domain.uploads import upload_key
from infra.errors import PackagingError
from infra.package import ROOT
from infra.template import join_templates, render_cloudformation

FUNCTION = {
    "Type": "AWS::Serverless::Function",
    "Properties": {
        "Runtime": "python3.11",
        "Handler": "a.b",
        "CodeUri": "./deployment.zip",
        "Role": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/r"},
        "Environment": {"Variables": {"REGION": {"Ref": "AWS::Region"}, "SIZE": {"Ref": "Size"}}},
    },
}
RELEASE = "0123456789abcdef" * 4
SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Size": {"Type": "Number", "Default": 1}},
    "Resources": {"Worker": FUNCTION},
}


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_files_that_describe_different_things_become_one_template(tmp_path):
    folder = write(
        tmp_path,
        one="Resources: {A: {Properties: {Arn: !GetAtt B.Arn}}}\nOutputs: {X: {Value: !Ref A}}",
        two="Resources: {B: {Type: AWS::SQS::Queue}}",
    )
    assert join_templates(folder) == {
        "Resources": {
            "A": {"Properties": {"Arn": {"Fn::GetAtt": ["B", "Arn"]}}},
            "B": {"Type": "AWS::SQS::Queue"},
        },
        "Outputs": {"X": {"Value": {"Ref": "A"}}},
    }


def test_two_files_that_describe_the_same_thing_are_refused_and_both_are_named(tmp_path):
    folder = write(tmp_path, one="Resources: {A: {Type: X}}", two="Resources: {A: {Properties: {}}}")
    with pytest.raises(PackagingError, match=r"two\.yaml and one\.yaml both describe Resources\.A"):
        join_templates(folder)


def test_every_topic_is_carried_to_a_queue_or_a_bucket_and_to_no_address_on_the_web():
    """A notification that comes by HTTP would have to prove itself, and its links would have to be left alone."""
    resources = join_templates(ROOT / "infra" / "template")["Resources"].values()
    protocols = [r["Properties"]["Protocol"] for r in resources if r.get("Type") == "AWS::SNS::Subscription"]
    assert len(protocols) > 2
    assert {*protocols} == {"sqs", "firehose"}


@pytest.mark.parametrize("path", sorted((ROOT / "infra" / "template").glob("*.yaml")), ids=lambda path: path.name)
def test_no_template_file_says_the_same_key_twice(path):
    cfn_yaml.load(str(path))  # raises where a plain YAML reader silently takes the last


def test_the_plain_template_leaves_parameters_and_the_region_to_the_deployment():
    variables = render_cloudformation({**SAM}, RELEASE)["Resources"]["Worker"]["Properties"]["Environment"]["Variables"]
    assert variables == {"REGION": {"Ref": "AWS::Region"}, "SIZE": {"Ref": "Size"}}


def test_where_the_code_lies_is_a_parameter_of_the_plain_template():
    plain = render_cloudformation({**SAM}, RELEASE)
    code = plain["Resources"]["Worker"]["Properties"]["Code"]
    assert code == {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}}
    assert {"CodeBucket", "CodeKey", "Size"} == {*plain["Parameters"]}


def test_what_sam_refuses_is_told_in_its_words():
    broken = {**SAM, "Resources": {"Worker": {**FUNCTION, "Properties": {"Handler": 1}}}}
    with pytest.raises(PackagingError, match="Worker"):
        render_cloudformation(broken, RELEASE)


def test_uploads_that_no_message_names_are_gone_within_two_days():
    bucket = join_templates(ROOT / "infra" / "template")["Resources"]["AttachmentBucket"]["Properties"]
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    uploads = rules["uploads"]
    assert (uploads["Prefix"], uploads["ExpirationInDays"]) == ("uploads/", 1)
    assert uploads["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert upload_key("a", "01A").startswith(uploads["Prefix"])
