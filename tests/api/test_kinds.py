"""The kinds of cases, for agents, who may not read the configuration."""

from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from tests.api.conftest import CUSTOMER, REFERENCE

OWN = {
    "warranty": CaseKind("warranty", restricted=True),
    "paper_order": CaseKind("paper_order", retired=True),
}


def test_agents_know_a_companys_own_kinds_and_which_of_them_no_case_becomes(annas):
    annas.configure(kinds={**SHIPPED_KINDS, **OWN})
    shown = {kind["name"]: (kind["restricted"], kind["retired"]) for kind in annas.get("/v1/kinds").json["kinds"]}
    assert shown == {
        **dict.fromkeys(SHIPPED_KINDS, (False, False)),
        "warranty": (True, False),
        "paper_order": (False, True),
    }
    assert annas.get("/v1/configuration").status == 403


def test_whoever_chooses_among_those_that_are_not_retired_is_not_refused(annas):
    annas.configure(kinds={**SHIPPED_KINDS, "warranty": CaseKind("warranty"), "paper_order": OWN["paper_order"]})
    for kind in annas.get("/v1/kinds").json["kinds"]:
        said = annas.put(f"/v1/cases/{REFERENCE}/kind", {"kind": kind["name"]})
        assert said.status == (400 if kind["retired"] else 204), kind["name"]


def test_customers_see_no_kinds(annas):
    assert annas.get("/v1/kinds", as_=CUSTOMER).status == 403
