"""Files of customers as spreadsheets and other systems write them: read for certain, or refused with what to do."""

from __future__ import annotations

import json

import pytest

from infra.customer_files import LONGEST_LINE, UnreadableFile, read_rows

HEADER = "external_id;name;email;phone;shop.last_order"


@pytest.fixture
def read(tmp_path):
    def read(content, **how):
        path = tmp_path / "customers.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_rows(path, **how))

    return read


def refused(read, content, **how):
    with pytest.raises(UnreadableFile) as caught:
        read(content, **how)
    return str(caught.value)


def test_a_row_with_everything_is_the_record_that_the_api_takes(read):
    (row,) = read(
        "external_id,name,vip,email,email_verified,phone,phone_2,fax,language,no_surveys,preferences_at,consent_email,"
        "consent_email_at,consent_email_how,consent_email_wording,shop.last_order\n"
        '4711,"Nowak, Anna",tak,anna@example.pl,yes,601 234 567,+48 22 111 22 33,,pl,no,2026-03-05,yes,2026-03-04,'
        'W sklepie,2,"a ""b"""\n',
        system="crm",
    )
    assert (row.number, row.problem) == (2, "")
    assert row.record == {
        "external_id": "crm:4711",
        "name": "Nowak, Anna",
        "vip": True,
        "contact_points": [
            {"kind": "email", "value": "anna@example.pl", "verified": True},
            {"kind": "phone", "value": "601 234 567", "verified": False},
            {"kind": "phone", "value": "+48 22 111 22 33", "verified": False},
        ],
        "preferences": {"language": "pl", "no_surveys": False, "at": "2026-03-05T00:00:00Z"},
        "consents": {"email": {"given": True, "at": "2026-03-04T00:00:00Z", "how": "W sklepie", "wording": "2"}},
        "attributes": {"shop.last_order": 'a "b"'},
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_commas_semicolons_tabs_and_a_byte_order_mark_are_read_as_they_are_meant(read, separator, bom, end):
    text = bom + HEADER.replace(";", separator) + end + separator.join(["crm:1", "Łucja", "", "", ""]) + end
    (row,) = read(text)
    assert row.record == {"external_id": "crm:1", "name": "Łucja"}
    assert row.end == len(text.encode())


def test_what_excel_in_poland_writes_is_read_where_its_encoding_is_said(read):
    text = (HEADER + "\r\ncrm:1;Żółć;;;\r\n").encode("cp1250")
    said = refused(read, text)
    assert "Line 2 is not utf-8: byte 7 of it is 0xaf" in said
    assert "--encoding cp1250" in said
    (row,) = read(text, encoding="cp1250")
    assert row.record["name"] == "Żółć"


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+48;drop", "-cmd|'/c calc'!A1", '=HYPERLINK(""http://x"")', "=0601234567"]
)
def test_a_formula_is_no_value(read, cell):
    (row,) = read(f'{HEADER}\ncrm:1;"{cell}";;;\n')
    assert (row.record, row.field) == (None, "name")
    assert "formula" in row.problem


def test_a_number_with_its_sign_is_no_formula(read):
    (row,) = read(f"{HEADER}\ncrm:1;Anna;;+48 (601) 234-567;-12.50\n")
    assert row.record["contact_points"][0]["value"] == "+48 (601) 234-567"
    assert row.record["attributes"] == {"shop.last_order": "-12.50"}


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (";Anna;;;", "external_id", "It is empty"),
        ("crm:1;Anna;;;;;too much", "", "7 cells, and the first line names 5"),
    ],
)
def test_a_wrong_row_says_what_is_wrong_and_the_others_are_read(read, row, field, said):
    first, wrong, last = read(f"{HEADER}\ncrm:0;A;;;\n{row}\ncrm:2;B;;;\n")
    assert (wrong.number, wrong.record, wrong.field) == (3, None, field)
    assert said in wrong.problem
    assert (first.number, last.number) == (2, 4)
    assert last.record["external_id"] == "crm:2"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"consent_sms": "yes"}, "consent_sms_at"),
        ({"consent_sms": "yes", "consent_sms_at": "2026-03-04"}, "consent_sms_how"),
        ({"consent_sms": "maybe", "consent_sms_at": "2026-03-04", "consent_sms_how": "a"}, "consent_sms"),
        ({"consent_sms_how": "a"}, "consent_sms"),
        ({"vip": "2"}, "vip"),
        ({"no_surveys": "x"}, "no_surveys"),
        ({"email": "a@example.pl", "email_verified": "sure"}, "email_verified"),
    ],
)
def test_what_is_neither_yes_nor_no_and_a_consent_without_its_when_and_how_is_named(read, cells, field):
    (row,) = read(f"external_id;{';'.join(cells)}\ncrm:1;{';'.join(cells.values())}\n")
    assert (row.record, row.field) == (None, field)


@pytest.mark.parametrize(
    ("cells", "field", "said"),
    [
        (
            {"consent_sms": "yes", "consent_sms_at": "04.03.2026", "consent_sms_how": "a"},
            "consent_sms_at",
            "2026-03-04",
        ),
        (
            {"consent_sms": "yes", "consent_sms_at": "2026-02-30", "consent_sms_how": "a"},
            "consent_sms_at",
            "2026-03-04",
        ),
        ({"language": "pl", "preferences_at": "2026-03-04T10:30"}, "preferences_at", "2026-03-04T10:30:00Z"),
        ({"language": "polski"}, "language", "such as pl"),
    ],
)
def test_a_day_or_a_language_as_people_write_it_is_told_how_to_write_it(read, cells, field, said):
    (row,) = read(f"external_id;{';'.join(cells)}\n4711;{';'.join(cells.values())}\n", system="crm")
    assert (row.record, row.field, row.external_id) == (None, field, "crm:4711")
    assert said in row.problem


def test_an_address_that_the_api_refuses_is_named_by_its_column(read):
    (row,) = read("external_id;fax;email_2;email_2_verified\ncrm:1;221112233;b;yes\n")
    assert row.field_named("contact_points.1.value") == "email_2"
    assert row.field_named("contact_points.1.verified") == "email_2_verified"
    assert row.field_named("contact_points[0].value") == "fax"
    assert row.field_named("name") == "name"
    (line,) = read('{"external_id": "crm:1"}\n')
    assert line.field_named("contact_points.0.value") == "contact_points.0.value"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        ("name;email\nAnna;\n", "no column external_id"),
        ("external_id;nick\n", "There is no column 'nick'. Those that can be imported are external_id"),
        ("external_id;name;name\n", "The column 'name' is there more than once"),
        ("external_id;" + ";".join(f"shop.a{number}" for number in range(300)), "301 columns, and 200 are the limit"),
        (b";" * 1_000_000, f"Line 1 is longer than {LONGEST_LINE} bytes"),
        (f"{HEADER}\n".encode() + b"crm:1;" * 200_000, "Line 2 is longer than"),
        (
            f'{HEADER}\ncrm:1;"Anna;;;\n' + "crm:2;B;;;\n" * 3,
            "Row 2 (line 2 on) cannot be read: unexpected end of data",
        ),
        (f'{HEADER}\ncrm:1;"Anna;;;\n' + "crm:2;B;;;\n" * 3_000, "Row 2 (line 2 on) cannot be read: field larger than"),
        (f'{HEADER}\ncrm:1;"An"na";;;\n', "Row 2 (line 2 on) cannot be read"),
        (f"{HEADER}\n".encode("utf-16"), "The file is UTF-16. Save it as CSV UTF-8"),
        (b"external_id;name\ncrm:1;a\0b\n", "Line 2 holds a zero byte"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08", "Line 1 holds a zero byte"),
    ],
    ids=range(13),
)
def test_a_file_that_cannot_be_read_for_certain_is_refused_with_what_to_do(read, content, said):
    assert said in refused(read, content)


def test_a_cell_may_hold_lines_and_rows_are_counted_as_a_spreadsheet_does(read):
    first, second = read(f'{HEADER}\ncrm:1;"Anna\nNowak";;;\n\ncrm:2;B;;;\n')
    assert (first.record["name"], first.number) == ("Anna\nNowak", 2)
    assert second.number == 4


def test_json_lines_are_records_as_the_api_takes_them(read):
    lines = [{"external_id": "4711", "vip": True}, {"external_id": "4712", "attributes": {"shop.orders": 3}}]
    rows = read("\ufeff" + "\n".join(map(json.dumps, lines)) + "\n\n", system="crm")
    assert [row.record for row in rows] == [
        {"external_id": "crm:4711", "vip": True},
        {"external_id": "crm:4712", "attributes": {"shop.orders": 3}},
    ]


@pytest.mark.parametrize(
    "line",
    [
        '{"external_id": ',
        "[1]",
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        '{"a": ' + "[" * 90_000,
        "anna;nowak",
    ],
    ids=range(7),
)
def test_a_line_that_is_no_object_is_a_problem_of_that_line_alone(read, line):
    first, wrong, last = read('{"external_id": "crm:1"}\n' + line + '\n{"external_id": "crm:2"}\n')
    assert (wrong.record, wrong.number) == (None, 2)
    assert "no JSON object" in wrong.problem
    assert (first.record, last.record) == ({"external_id": "crm:1"}, {"external_id": "crm:2"})
