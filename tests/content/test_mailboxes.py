"""Who wrote is never a matter of which parser one asks."""

import pytest

from chalicelib.content.headers import Header
from chalicelib.content.mailboxes import Mailbox, author_elsewhere, parse_mailboxes
from chalicelib.domain.errors import Unparsable


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        (b"anna@example.pl", "", "anna@example.pl"),
        (b"Anna <anna@example.pl>", "Anna", "anna@example.pl"),
        (b'"Kowalska, Anna" <anna@example.pl>', "Kowalska, Anna", "anna@example.pl"),
        (b"anna@example.pl (Anna Kowalska)", "Anna Kowalska", "anna@example.pl"),
        (b"Anna (work (Warsaw)) <anna@example.pl>", "Anna", "anna@example.pl"),
        (b"=?utf-8?Q?Anna_=C5=BB?= <anna@example.pl>", "Anna Ż", "anna@example.pl"),
        (b'"=?utf-8?Q?Anna_=C5=BB?=" <anna@example.pl>', "Anna Ż", "anna@example.pl"),
        ("Anna Ż <anna@example.pl>".encode("iso8859-2"), "Anna Ż", "anna@example.pl"),
        (b"anna@example.pl <anna@example.pl>", "anna@example.pl", "anna@example.pl"),
        (b'"anna@other.pl" <anna@example.pl>', "anna@other.pl", "anna@example.pl"),
        (b'"anna k"@example.pl', "", '"anna k"@example.pl'),
        (b'"" <FAX=48221112233@host.example>', "", "FAX=48221112233@host.example"),
        (b"=?utf-8?Q?x=40victim.pl=3E?= <anna@example.pl>", "x@victim.pl>", "anna@example.pl"),
        (b"Anna Kowalska", "Anna Kowalska", ""),
        (b'"Anna" <>', "Anna", ""),
        (b"'Anna Nowak' <anna@example.pl>", "Anna Nowak", "anna@example.pl"),
        (b"'anna@example.pl' <anna@example.pl>", "anna@example.pl", "anna@example.pl"),
        (b"Anna <mailto:anna@example.pl>", "Anna", "anna@example.pl"),
    ],
)
def test_one_mailbox_is_read_plainly(value, name, address):
    assert parse_mailboxes(value).mailboxes == (Mailbox(name, address),)
    assert not parse_mailboxes(value).doubtful


@pytest.mark.parametrize(
    "value",
    [
        b"alice@victim.pl(<bob@evil.pl>",
        b"alice@victim.pl <bob@evil.pl>",
        b'"x" alice@victim.pl <bob@evil.pl>',
        b"<alice@victim.pl> <bob@evil.pl>",
        b"<alice@victim.pl> bob@evil.pl",
        b"<alice@victim.pl",
        b'"Alice <alice@victim.pl>',
        b"<alice@victim.pl<bob@evil.pl>",
        b"<alice@victim.pl,bob@evil.pl>",
        b"alice@victim.pl>",
        b"alice@victim.pl: <bob@evil.pl>;",
        b"=?utf-8?q?alice=40victim.pl?= : bob@evil.pl;",
        b"alice@victim.pl(x)evil.pl",
        b"=?utf-8?q?alice=40victim.pl?= \\<bob@evil.pl>",
        b"=?utf-8?q?alice=40victim.pl?=, bob@evil.pl",
        b"=?utf-8?q?alice?=@victim.pl",
        b'"alice@victim.pl"; bob@evil.pl',
    ],
)
def test_what_can_be_read_in_two_ways_is_doubtful(value):
    assert parse_mailboxes(value).doubtful


@pytest.mark.parametrize("separator", [b",", b";", b" , "])
def test_several_mailboxes_are_all_found(separator):
    read = parse_mailboxes(separator.join([b"Anna <a@b.pl>", b"c@d.pl"]))

    assert [one.address for one in read.mailboxes] == ["a@b.pl", "c@d.pl"]


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        (b"Anna Nowak anna@example.pl", "Anna Nowak", "anna@example.pl"),
        (b'"Anna Nowak" anna@example.pl', "Anna Nowak", "anna@example.pl"),
        (b"=?utf-8?Q?Anna_=C5=BB_=3Canna=40example.pl=3E?=", "Anna Ż", "anna@example.pl"),
        (b"Pete(A wonderful \\) chap) <pete(his account)@silly.test(his host)>", "Pete", "pete@silly.test"),
    ],
)
def test_what_is_only_meant_for_a_mailbox_is_read_with_doubt(value, name, address):
    assert parse_mailboxes(value).mailboxes == (Mailbox(name, address),)
    assert parse_mailboxes(value).doubtful


def test_groups_are_opened():
    read = parse_mailboxes(b"Team: a@b.pl, C <c@d.pl>;, e@f.pl")

    assert [one.address for one in read.mailboxes] == ["a@b.pl", "c@d.pl", "e@f.pl"]
    assert parse_mailboxes(b"undisclosed-recipients:;").mailboxes == ()


@pytest.mark.parametrize(
    "value", [b'"' * 50_000, b"(" * 50_000, b"(" * 5_000 + b")" * 5_000, b'"\\' * 50_000, b"<" * 50_000, b"\\" * 50_000]
)
def test_hostile_fields_take_no_time(value):
    assert parse_mailboxes(value) is not None


def test_too_many_addresses_are_refused():
    assert len(parse_mailboxes(b"a@b.pl," * 500).mailboxes) == 500
    with pytest.raises(Unparsable):
        parse_mailboxes(b"a@b.pl," * 501)


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ((("reply-to", b"Anna <a@b.pl>"), ("return-path", b"<c@d.pl>")), "a@b.pl"),
        ((("sender", b""), ("reply-to", b"a@b.pl, c@d.pl"), ("return-path", b"<e@f.pl>")), "e@f.pl"),
        ((("return-path", b"<>"),), ""),
        ((), ""),
    ],
)
def test_another_field_stands_in_for_a_missing_author(fields, address):
    author, repair = author_elsewhere(Header(fields))

    assert author.address == address
    assert bool(repair) == bool(address)
