"""Raw messages and attachments in S3: durable, named by content, never served as what they claim to be."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.session import get_session
from moto import mock_aws

from chalicelib.domain.errors import NotFound, StorageUnavailable
from chalicelib.domain.messages import Receipt
from chalicelib.domain.trust import Verdicts
from chalicelib.gateways import aws
from chalicelib.gateways.object_stores import S3AttachmentStore, S3RawStore, parse_receipt, render_receipt

NOW = datetime(2026, 11, 23, 9, 0, 0, 123000, tzinfo=UTC)
RECEIPT = Receipt("email", "ses-1", NOW, ("pomoc@hub.example", "żółć@hub.example"), "a@b", Verdicts(dmarc="PASS"))


@pytest.fixture
def s3():
    with mock_aws():
        client = get_session().create_client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="splot")
        yield client


@pytest.fixture
def raw(s3):
    return S3RawStore(s3, "splot")


def test_what_is_put_comes_back_with_its_receipt(raw):
    put = raw.put_incoming(RECEIPT, b"\x00\xff bytes")
    found = raw.get_incoming(put.key)
    assert (found.body, found.receipt) == (b"\x00\xff bytes", RECEIPT)
    assert found.stored_at.tzinfo is not None


def test_two_bodies_under_one_fingerprint_do_not_overwrite_each_other(raw):
    first, second = raw.put_incoming(RECEIPT, b"one"), raw.put_incoming(RECEIPT, b"two")
    assert raw.get_incoming(first.key).body == b"one"
    assert raw.get_incoming(second.key).body == b"two"


def test_what_is_put_again_stays_as_it_was_put_first(raw):
    first = raw.put_incoming(RECEIPT, b"one")
    again = raw.put_incoming(replace(RECEIPT, received_at=NOW + timedelta(days=1)), b"one")
    assert (first.again, again.again) == (False, True)
    assert (again.key, again.body, again.receipt) == (first.key, b"one", RECEIPT)


def test_a_mail_as_ses_puts_it_has_no_receipt_yet(raw, s3):
    s3.put_object(Bucket="splot", Key="incoming/email/ses-1", Body=b"mail")
    assert raw.get_incoming("incoming/email/ses-1").receipt is None


def test_what_is_kept_comes_back_with_its_receipt_and_stays_where_it_is_when_it_is_kept_again(raw, s3):
    key = raw.keep(raw.put_incoming(RECEIPT, b"mail"), RECEIPT)
    kept = raw.get_kept(key)
    assert (kept.kept_as, kept.body, kept.receipt) == (key, b"mail", RECEIPT)
    later = replace(RECEIPT, received_at=NOW + timedelta(days=9))
    assert raw.keep(replace(kept, receipt=later), later) == key
    assert parse_receipt(s3.head_object(Bucket="splot", Key=key)["Metadata"]["receipt"]) == RECEIPT
    with pytest.raises(NotFound):
        raw.get_kept("raw/2026/11/23/none")


def test_what_was_kept_is_listed_by_day_in_pages(raw):
    keys = []
    for number in range(3):
        receipt = replace(RECEIPT, fingerprint=f"ses-{number}")
        keys.append(raw.keep(raw.put_incoming(receipt, b"mail"), receipt))
    other = replace(RECEIPT, received_at=NOW + timedelta(days=1))
    raw.keep(raw.put_incoming(other, b"another day"), other)
    assert raw.list_kept(NOW.date(), 2) == tuple(keys[:2])
    assert raw.list_kept(NOW.date(), 2, keys[1]) == (keys[2],)
    assert raw.list_kept(NOW.date() - timedelta(days=1), 2) == ()


def test_what_is_kept_is_found_at_the_same_key_with_and_without_the_notification(raw, s3):
    s3.put_object(Bucket="splot", Key="incoming/email/ses-1", Body=b"mail")
    incoming = raw.get_incoming("incoming/email/ses-1")
    key = raw.keep(incoming, RECEIPT)
    assert key == raw.keep(incoming, replace(RECEIPT, received_at=NOW - timedelta(days=3), verdicts=Verdicts()))
    assert key.startswith(f"raw/{incoming.stored_at:%Y/%m/%d}/email-ses-1-")


def test_what_is_not_there_is_not_found(raw):
    with pytest.raises(NotFound):
        raw.get_incoming("incoming/email/nothing")


def test_a_receipt_is_added_to_what_its_carrier_stored_without_one(raw, s3):
    s3.put_object(Bucket="splot", Key="incoming/email/ses-1", Body=b"bytes")
    assert raw.get_incoming("incoming/email/ses-1").receipt is None
    for _ in range(2):
        raw.add_receipt("incoming/email/ses-1", RECEIPT)
    found = raw.get_incoming("incoming/email/ses-1")
    assert (found.body, found.receipt) == (b"bytes", RECEIPT)
    with pytest.raises(NotFound):
        raw.add_receipt("incoming/email/nothing", RECEIPT)


def test_a_mail_stored_behind_midnight_was_kept_twice_once_its_receipt_was_added(raw, s3):
    """The carrier's word for when it came is of the day before; the second copy was nobody's, and never erased."""
    key = "incoming/email/ses-1"
    s3.put_object(Bucket="splot", Key=key, Body=b"mail")
    first = raw.get_incoming(key)
    told = replace(RECEIPT, received_at=first.stored_at - timedelta(days=1))
    kept = {raw.keep(first, told)}
    for _ in range(2):
        raw.add_receipt(key, told)
        again = raw.get_incoming(key)
        assert (again.receipt, again.stored_at) == (told, first.stored_at)
        kept.add(raw.keep(again, told))
    assert len(kept) == 1


def test_a_store_that_refuses_is_unavailable_and_not_empty(s3):
    with pytest.raises(StorageUnavailable):
        S3RawStore(s3, "another-bucket").get_incoming("incoming/email/x")


def test_left_over_is_what_was_stored_before_the_instant_and_still_has_no_outcome(raw, s3):
    keys = [raw.put_incoming(replace(RECEIPT, fingerprint=f"f{n:04}"), b"x").key for n in range(3)]
    raw.keep(raw.get_incoming(keys[0]), RECEIPT)
    raw.forget_incoming(keys[0])
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert sorted(raw.left_over(later)) == keys[1:]
    assert list(raw.left_over(later - timedelta(days=1))) == []


def test_a_receipt_that_is_too_long_for_metadata_loses_recipients_and_nothing_else():
    long = replace(RECEIPT, recipients=tuple(f"somebody-{n}@hub.example" for n in range(1000)))
    text = render_receipt(long)
    assert len(text) < 2000
    text.encode("ascii")
    back = parse_receipt(text)
    assert 0 < len(back.recipients) < 1000
    assert back == replace(long, recipients=back.recipients)


def test_a_link_downloads_and_never_shows(raw, s3):
    attachments = S3AttachmentStore(s3, "splot")
    attachments.put("att/C/abc", b"<script>", "text/html")
    assert boto3.client("s3", "us-east-1").head_object(Bucket="splot", Key="att/C/abc")["ContentType"] == (
        "application/octet-stream"
    )
    link = urlsplit(attachments.link("att/C/abc", 'ż"a.html', "text/html", timedelta(minutes=5)))
    asked = parse_qs(link.query)
    assert asked["response-content-type"] == ["application/octet-stream"]
    assert asked["response-content-disposition"] == ["attachment; filename*=UTF-8''%C5%BC%22a.html"]
    assert asked.get("X-Amz-Expires", ["300"]) == ["300"]
    assert link.path.endswith("att/C/abc")
    assert (
        "attachment"
        in parse_qs(urlsplit(raw.link("raw/2026/11/23/x", timedelta(minutes=5))).query)["response-content-disposition"][
            0
        ]
    )


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-central-1"])
def test_a_link_is_signed_so_that_s3_gives_out_what_kms_encrypts(monkeypatch, region):
    """In the oldest regions botocore signs links as of old, and S3 refuses those for such objects."""
    for name, value in (("AWS_DEFAULT_REGION", region), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")):
        monkeypatch.setenv(name, value)
    store = S3AttachmentStore(get_session().create_client("s3", config=aws.SIGNED_ANEW), "splot")
    asked = parse_qs(urlsplit(store.link("att/C/abc", "a.html", "text/html", timedelta(minutes=5))).query)
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    aws.client.cache_clear()
    assert aws.client("s3").meta.config.signature_version == "s3v4"
    aws.client.cache_clear()


@pytest.mark.parametrize("region", ["eu-central-1", "eu-south-2"])
def test_links_and_uploads_led_to_another_region_which_a_browser_is_not_sent_on_from(monkeypatch, region):
    for name, value in (("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")):
        monkeypatch.setenv(name, value)
    s3 = get_session().create_client("s3", region_name=region, config=aws.SIGNED_ANEW)
    store = S3AttachmentStore(s3, "splot")
    home = f"splot.s3.{region}.amazonaws.com"
    assert urlsplit(store.invite("uploads/a/b", "text/plain", 1, timedelta(minutes=5)).url).netloc == home
    assert urlsplit(store.link("att/C/abc", "a.html", "text/html", timedelta(minutes=5))).netloc == home


@pytest.fixture
def versioned(s3):
    s3.put_bucket_versioning(Bucket="splot", VersioningConfiguration={"Status": "Enabled"})
    return s3


def versions_of(s3, prefix):
    page = s3.list_object_versions(Bucket="splot", Prefix=prefix)
    return len(page.get("Versions", ())) + len(page.get("DeleteMarkers", ()))


def test_what_is_erased_is_gone_in_every_version_and_nothing_beside_it(raw, versioned):
    """What was cleared away from `incoming/` is only hidden there, and what lies there openly has no outcome yet."""
    incoming, other = raw.put_incoming(RECEIPT, b"one"), replace(RECEIPT, fingerprint="ses-2")
    keys = [raw.keep(incoming, RECEIPT) for _ in "12"]
    kept = raw.keep(raw.put_incoming(other, b"two"), other)
    raw.forget_incoming(incoming.key)
    assert versions_of(versioned, keys[0]) == 2
    assert raw.receipt_of(keys[0]) == RECEIPT
    for _ in "12":
        raw.erase(keys[0])
        assert versions_of(versioned, keys[0]) == versions_of(versioned, incoming.key) == 0
    assert raw.get_kept(kept).body == b"two"
    assert [raw.get_incoming(key).body for key in raw.left_over(NOW + timedelta(days=90_000))] == [b"two"]
    with pytest.raises(NotFound):
        raw.receipt_of(keys[0])


def test_every_version_of_a_customers_files_is_erased_and_nobody_elses(versioned):
    files = S3AttachmentStore(versioned, "splot")
    for key in ("att/anna/0f", "att/anna/0f", "att/anna/1f", "att/hanna/0f"):
        files.put(key, b"a", "text/plain")
    assert [files.erase_some("att/anna/") for _ in "12"] == [3, 0]
    assert files.get("att/hanna/0f") == b"a"


def test_tombstones_are_listed_in_their_order(raw):
    for name in ("01B", "01A", "01C"):
        raw.put_tombstone(name, name.encode())
    assert raw.list_tombstones(2) == ("01A", "01B")
    assert raw.list_tombstones(2, "01B") == ("01C",)
    assert raw.get_tombstone("01C") == b"01C"
    with pytest.raises(NotFound):
        raw.get_tombstone("01D")


def test_an_invitation_takes_one_key_one_type_and_no_more_bytes_for_so_long(s3):
    way = S3AttachmentStore(s3, "splot").invite("uploads/of/01A", "image/png", 7_000_000, timedelta(minutes=15))
    policy = json.loads(base64.b64decode(way.fields["policy"]))
    conditions = policy["conditions"]
    assert {"bucket": "splot"} in conditions
    assert {"key": "uploads/of/01A"} in conditions
    assert {"Content-Type": "image/png"} in conditions
    assert ["content-length-range", 1, 7_000_000] in conditions
    assert [one for one in conditions if isinstance(one, list)] == [["content-length-range", 1, 7_000_000]]
    assert (way.fields["key"], way.fields["Content-Type"]) == ("uploads/of/01A", "image/png")
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    assert way.url.startswith("https://")


def test_whether_just_that_was_put_and_waits_is_known_without_its_bytes(raw):
    assert not raw.has_incoming(RECEIPT, b"one")
    put = raw.put_incoming(RECEIPT, b"one")
    assert raw.has_incoming(RECEIPT, b"one")
    assert not raw.has_incoming(RECEIPT, b"two")
    raw.forget_incoming(put.key)
    assert not raw.has_incoming(RECEIPT, b"one")
