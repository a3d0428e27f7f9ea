"""What agents may choose from when they say what a case is about."""

from dataclasses import replace

from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind


def test_an_agent_who_may_not_read_the_configuration_knows_its_kinds_and_which_of_them_are_over(annas):
    staff = CaseKind("staff_matter", restricted=True)
    annas.configure(kinds={**SHIPPED_KINDS, "staff_matter": staff, "hr": replace(staff, name="hr", retired=True)})
    assert annas.get("/v1/configuration").status == 403
    shown = {one["name"]: one for one in annas.get("/v1/kinds").json["kinds"]}
    assert {*SHIPPED_KINDS} < {*shown}
    assert shown["staff_matter"] == {"name": "staff_matter", "restricted": True, "retired": False}
    assert shown["hr"]["retired"]
