"""The console on the web, infra/console_upload.py and template/console.yaml: private, and only where asked for."""

from __future__ import annotations

import json
import re

import boto3
import pytest
from moto import mock_aws

from infra.console_upload import console_config, put_console
from infra.local.console import security_headers
from infra.local.local_template import bucket_names, fit_to_this_machine
from infra.package import ROOT
from infra.stages import ConsoleLogin, StageSettings
from infra.template import join_templates

REGION = "eu-central-1"
SETTINGS = StageSettings("123456789012", REGION, "splot-test", {"MailDomain": "hub.example"})
OUTPUTS = {
    "ConsoleBucketName": "splot-console",
    "ApiUrl": "https://abc.execute-api.eu-central-1.amazonaws.com/api",
    "UserPoolId": "eu-central-1_pool",
    "UserPoolClientId": "client",
}


@pytest.fixture(scope="module")
def template():
    return join_templates(ROOT / "infra" / "template")


@pytest.fixture
def s3():
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(
            Bucket=OUTPUTS["ConsoleBucketName"], CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield client


@pytest.fixture
def built(tmp_path):
    for name in ("index.html", "main-BEAUIBLX.js", "main-76QHTYGJ.css", "form.js", "icon.svg"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_the_files_are_there_with_their_kinds_and_for_how_long_they_are_kept(s3, built):
    said = []
    put_console(s3, SETTINGS, OUTPUTS, built, said.append)
    found = {one["Key"]: s3.head_object(Bucket="splot-console", Key=one["Key"]) for one in listed(s3)}
    assert {name: (one["ContentType"], one["CacheControl"]) for name, one in found.items()} == {
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "config.json": ("application/json", "no-cache"),
        "main-BEAUIBLX.js": ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        "main-76QHTYGJ.css": ("text/css; charset=utf-8", "public, max-age=31536000, immutable"),
        "form.js": ("text/javascript; charset=utf-8", "public, max-age=300"),
        "icon.svg": ("image/svg+xml", "public, max-age=300"),
    }
    assert said == ["put the console's 6 files into splot-console"]


def listed(s3):
    return s3.list_objects_v2(Bucket="splot-console")["Contents"]


def test_the_page_comes_last_and_what_an_earlier_one_names_stays(s3, built):
    s3.put_object(Bucket="splot-console", Key="main-OLDER123.js", Body=b"earlier")
    order = []
    s3.meta.events.register("provide-client-params.s3.PutObject", lambda params, **_: order.append(params["Key"]))
    put_console(s3, SETTINGS, OUTPUTS, built, lambda _: None)
    assert order[-2:] == ["config.json", "index.html"]
    assert "main-OLDER123.js" in [one["Key"] for one in listed(s3)]


def test_the_console_is_told_of_the_stacks_own_user_pool():
    assert console_config(SETTINGS, OUTPUTS) == {
        "api": OUTPUTS["ApiUrl"],
        "login": {
            "kind": "oidc",
            "issuer": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_pool",
            "client_id": "client",
        },
        "teams": [],
    }


def test_or_of_the_issuer_that_the_company_brings():
    parameters = {"TokenIssuer": "https://login.company.example", "TokenAudience": "console"}
    settings = StageSettings("123456789012", REGION, "splot-test", parameters)
    outputs = {name: value for name, value in OUTPUTS.items() if not name.startswith("UserPool")}
    login = console_config(settings, outputs)["login"]
    assert login == {"kind": "oidc", "issuer": "https://login.company.example", "client_id": "console"}


def test_an_issuer_whose_tokens_name_an_api_is_asked_for_them_by_the_consoles_own_client():
    parameters = {"TokenIssuer": "https://login.company.example", "TokenAudience": "https://hub.example/"}
    asked = ConsoleLogin("splot-console", "openid offline_access", "https://hub.example/", "consent")
    settings = StageSettings("123456789012", REGION, "splot-test", parameters, console_login=asked)
    outputs = {name: value for name, value in OUTPUTS.items() if not name.startswith("UserPool")}
    login = console_config(settings, outputs)["login"]
    assert (login["client_id"], login["resource"]) == ("splot-console", "https://hub.example/")
    assert (login["scope"], login["prompt"]) == ("openid offline_access", "consent")


def test_the_own_user_pool_lets_people_in_and_out_at_the_consoles_address_alone(template):
    client = template["Resources"]["UserPoolClient"]["Properties"]
    there = {"Fn::If": ["ConsoleIsHere", [{"Fn::Sub": "https://${ConsoleDomain}/"}], {"Ref": "AWS::NoValue"}]}
    assert (client["CallbackURLs"], client["LogoutURLs"]) == (there, there)


def test_the_own_user_pool_rotates_refresh_tokens_takes_them_back_and_ends_with_the_working_day(template):
    """Cognito takes no rotation beside ALLOW_REFRESH_TOKEN_AUTH."""
    client = template["Resources"]["UserPoolClient"]["Properties"]
    assert client["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}
    assert client["EnableTokenRevocation"] is True
    assert "ALLOW_REFRESH_TOKEN_AUTH" not in client["ExplicitAuthFlows"]
    assert (client["RefreshTokenValidity"], client["TokenValidityUnits"]["RefreshToken"]) == (12, "hours")


def test_nothing_of_it_is_made_unless_the_stage_asks(template):
    hosting = {name: one for name, one in template["Resources"].items() if "Console" in name}
    assert len(hosting) == 6
    assert {one["Condition"] for one in hosting.values()} == {"ConsoleIsHere", "ConsoleLogsInHere"}
    for name in ("ConsoleDomain", "ConsoleCertificateArn", "ConsoleLoginOrigins"):
        assert template["Parameters"][name]["Default"] == ""


def test_the_bucket_is_private_and_its_one_reader_is_the_distribution(template):
    resources = template["Resources"]
    bucket = resources["ConsoleBucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    deny, allow = resources["ConsoleBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert (allow["Principal"], allow["Action"]) == ({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject")
    assert "${ConsoleDistribution}" in json.dumps(allow["Condition"]["StringEquals"]["aws:SourceArn"])
    access = resources["ConsoleAccess"]["Properties"]["OriginAccessControlConfig"]
    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")
    distribution = resources["ConsoleDistribution"]["Properties"]["DistributionConfig"]
    assert distribution["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert distribution["DefaultCacheBehavior"]["ResponseHeadersPolicyId"] == {"Ref": "ConsoleHeaders"}
    assert distribution["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert [origin["OriginAccessControlId"] for origin in distribution["Origins"]] == [{"Ref": "ConsoleAccess"}]


def test_the_page_may_do_there_what_it_may_do_on_the_local_stack(template):
    headers = template["Resources"]["ConsoleHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = headers["SecurityHeadersConfig"]
    policy, origins = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    local = security_headers("FILES")
    there = policy.replace(" ${Api} ${Login}", "").replace("${Files}", "FILES")
    assert rules(there) == rules(local["Content-Security-Policy"])
    assert set(origins) == {"Files", "Api", "Login"}
    assert "*" not in json.dumps([policy, origins])
    others = {item["Header"]: item["Value"] for item in headers["CustomHeadersConfig"]["Items"]}
    assert others == {name: local[name] for name in ("Cross-Origin-Opener-Policy", "Permissions-Policy")}
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == local["Referrer-Policy"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000


def rules(policy):
    return {re.sub(r"\s+", " ", rule).strip() for rule in policy.split(";")}


def test_the_console_s_origin_reads_attachments_and_any_page_puts_what_a_signed_policy_lets_it(template):
    consoles, of_forms = template["Resources"]["AttachmentBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    has_domain, rule, _ = consoles["Fn::If"]
    assert has_domain == "ConsoleHasDomain"
    assert (of_forms["AllowedMethods"], of_forms["AllowedOrigins"]) == (["POST"], ["*"])  # a signed policy says who may
    assert rule["AllowedMethods"] == ["GET", "POST"]
    assert rule["AllowedOrigins"] == [{"Fn::Sub": "https://${ConsoleDomain}"}]
    assert "CorsConfiguration" not in template["Resources"]["RawBucket"]["Properties"]


def test_what_the_gateway_refuses_by_itself_the_console_can_read(template):
    answers = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    for name, answer in answers.items():
        allowed = answer["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"]["Fn::If"]
        assert allowed[:2] == ["ConsoleHasDomain", {"Fn::Sub": "'https://${ConsoleDomain}'"}], name


def test_on_the_local_stack_there_is_none_of_it(template):
    ours = {name: one for name, one in template["Resources"].items() if "Type" in one}  # what Chalice makes is not here
    whole = {**template, "Resources": ours}
    fitted = fit_to_this_machine(whole, "http://127.0.0.1:4566", "http://127.0.0.1:8030", has_dynoxide=True)
    assert not [name for name in fitted["Resources"] if "Console" in name]
    assert "ConsoleBucket" not in bucket_names(whole)
    assert "ConsoleBucket" not in json.dumps(fitted["Resources"])
