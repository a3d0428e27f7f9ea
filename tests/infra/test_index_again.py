from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from chalicelib.usecases.index_texts import IndexTexts
from infra.index_again import index_again
from tests.domain.making import configuration
from tests.fakes.memory_store import MemoryStore
from tests.fakes.paged_table import Pages
from tests.fakes.ports import FixedConfiguration, MemoryIndex
from tests.fakes.records import NOW, a_case, a_customer, an_entry


def test_everything_that_stands_in_the_table_is_indexed_and_an_interrupted_run_goes_on():
    index = MemoryIndex()
    texts = IndexTexts(MemoryStore(lambda: NOW), FixedConfiguration(configuration()), index)
    table = Pages(a_case(), an_entry(text="Pralka"), a_customer(name="Anna Nowak"))
    hub = SimpleNamespace(ports=SimpleNamespace(table=table, now=lambda: NOW), index_texts=texts)
    said = []
    assert index_again(hub, said.append) == 3
    assert {("", "pralk", "202611"), ("@", "nowak", ""), ("", "kind=question", "202611")} <= {*index.places}
    assert said[0] == """1 texts so far; go on with --after '{"pk": "a", "sk": "1"}'"""
    assert index_again(hub, said.append, '{"pk": "a", "sk": "2"}') == 1


def deleted_of(rows, known):
    """Which of these rows of the index an indexing deletes."""
    gone = []
    items = [{"pk": {"S": pk}, "sk": {"S": sk}, "type": {"S": "posting"}} for pk, sk in rows]
    table = SimpleNamespace(
        scan=lambda *_: SimpleNamespace(items=items, last=None),
        change_singly=lambda *, delete: gone.extend(delete),
    )
    texts = IndexTexts(MemoryStore(lambda: NOW), FixedConfiguration(known), MemoryIndex())
    index_again(
        SimpleNamespace(ports=SimpleNamespace(table=table, now=lambda: NOW), index_texts=texts), lambda _said: None
    )
    return gone


def test_rows_from_when_each_word_had_a_partition_of_its_own_are_deleted():
    old, new = ("WORD#pralk#202611", "01/a"), ("WORD#pra#202611", "pralk#01/a")
    assert deleted_of([old, new], configuration()) == [old]


def test_the_words_of_an_erased_letter_stayed_on_a_shelf_that_nobody_read_any_more():
    """Its kind had been restricted when it came; once it was not, nothing looked there, not even to erase it."""
    ours, theirs = ("WORD#pra@care#202611", "pralk#01/a"), ("WORD#pra@gone#202611", "pralk#01/a")
    kept = [("WORD#pra#202611", "pralk#01/a"), ("WORD#tag=a#202611", "tag=a#01/a"), ("WORD#now@@#", "nowak#a")]
    known = configuration()
    assert deleted_of([*kept, ours, theirs], known) == [ours, theirs]
    kinds = {**known.kinds, "secret": replace(known.kinds["question"], restricted=True)}
    assert deleted_of([*kept, ours, theirs], replace(known, kinds=kinds)) == [theirs]
