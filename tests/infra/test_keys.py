"""infra/keys.py: no rotation takes away what customers' reply addresses were signed with."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.reply_address import is_genuine, parse_reply_address, reply_address_for
from chalicelib.gateways.secrets import parse_secrets
from infra.errors import DeploymentError
from infra.keys import LETTERS, make, new_secrets, read, revoked, rotate, signing_with, told, with_key_added, write

PARAMETER = "/splot-test/secrets"
REFERENCE, CUSTOMER = "K7Q2M-9DXM3-Q", "01M83T4CM0Q2JS925MCMPX874D"


class Random:
    """Other bytes each time."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, number: int) -> bytes:
        self.given += 1
        return bytes([self.given]) * number


@pytest.fixture
def ssm():
    with mock_aws():
        yield boto3.client("ssm", region_name="eu-central-1")


def ring_of(secrets):
    return parse_secrets(json.dumps(secrets)).reply_keys


def test_what_is_made_is_what_the_functions_read_and_is_never_made_twice(ssm):
    assert make(ssm, PARAMETER, Random()) == f"{PARAMETER} made"
    first = read(ssm, PARAMETER)
    assert ring_of(first).current == "a"
    assert make(ssm, PARAMETER, Random()) == f"{PARAMETER} is there already"
    assert read(ssm, PARAMETER) == first


def test_an_address_that_was_signed_before_a_rotation_verifies_after_it(ssm):
    make(ssm, PARAMETER, Random())
    signed = parse_reply_address(reply_address_for(REFERENCE, CUSTOMER, "hub.example", ring_of(read(ssm, PARAMETER))))
    rotate(ssm, PARAMETER, lambda: None, lambda number: b"z" * number, print)
    after = ring_of(read(ssm, PARAMETER))
    assert after.current == "b"
    assert is_genuine(signed, CUSTOMER, after)


def test_no_address_is_signed_with_a_key_that_a_function_may_not_know_yet(ssm):
    make(ssm, PARAMETER, Random())
    seen = []
    rotate(ssm, PARAMETER, lambda: seen.append(ring_of(read(ssm, PARAMETER))), lambda number: b"z" * number, print)
    (meanwhile,) = seen
    assert (meanwhile.current, sorted(meanwhile.keys)) == ("a", ["a", "b"])


def test_while_the_functions_may_not_have_read_it_the_old_key_goes_on_signing(ssm):
    make(ssm, PARAMETER, Random())

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(ssm, PARAMETER, interrupted, lambda number: b"z" * number, print)
    assert ring_of(read(ssm, PARAMETER)).current == "a"
    write(ssm, PARAMETER, signing_with(read(ssm, PARAMETER), "b"))
    assert ring_of(read(ssm, PARAMETER)).current == "b"


def test_only_a_key_that_does_not_sign_is_revoked():
    two, letter = with_key_added(new_secrets(Random()), Random())
    assert sorted(revoked(two, letter)["reply_keys"]["keys"]) == ["a"]
    with pytest.raises(DeploymentError, match="signs"):
        revoked(two, "a")
    with pytest.raises(DeploymentError, match="no key x"):
        revoked(two, "x")


def test_when_all_letters_are_taken_it_says_so():
    secrets = new_secrets(Random())
    for _ in LETTERS[1:]:
        secrets, _letter = with_key_added(secrets, Random())
    with pytest.raises(DeploymentError, match="All 36"):
        with_key_added(secrets, Random())


def test_a_parameter_that_somebody_spoiled_is_not_written_over(ssm):
    ssm.put_parameter(Name=PARAMETER, Type="SecureString", Value="{}")
    with pytest.raises(DeploymentError, match="not the documented JSON"):
        rotate(ssm, PARAMETER, lambda: None, Random(), print)
    assert ssm.get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]["Value"] == "{}"


def test_keys_are_named_and_never_shown():
    secrets = new_secrets(Random())
    assert told(secrets) == "a (signs)"
