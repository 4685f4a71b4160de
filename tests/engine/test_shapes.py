"""Questions of one shape are planned once: the texts they compare with are put back as they were written."""

from __future__ import annotations

import pytest

from accountlens.engine.script import Formulas, Script
from accountlens.engine.shapes import shape_of, with_texts
from accountlens.language.asked import Asked
from accountlens.language.query import Query

LIST = "account_id in ('\x010\x02')"


def shaped(where: str) -> tuple[str | None, tuple[str, ...]]:
    shape, texts = shape_of(Query((Asked("mrr"),), where=where))
    return shape.where, texts


@pytest.mark.parametrize(
    "where", ["account_id in ('a1')", "account_id in ('a1', 'b''2', 'c,3')", "account_id in ('a1','')"]
)
def test_lists_of_all_lengths_have_one_shape(where: str) -> None:
    assert shaped(where)[0] == LIST


@pytest.mark.parametrize(
    "where",
    [
        "account_id in ('a1', 'b''2',\n'c)3')",
        "account_id in ( 'a1' , 'b2' ) and tier <> 'A'",
        "\"a ('x', 'y')\" = 'b' or name like '%('' ,''%'",
        "(tier, segment) in (('A', 'B'), ('C', 'D'))",
        "account_id in ('a', 2, 'b') and industry in ('x')",
    ],
)
def test_texts_are_put_back_as_they_were(where: str) -> None:
    shape, texts = shaped(where)
    assert shape != where
    script = Script((), (), str(shape), Formulas({}, {}, {}, {}, (), ()))
    told, back = [" ".join(text.split()) for text in (where, with_texts(script, texts).final)]
    assert back.replace("( ", "(").replace(" )", ")") == told.replace("( ", "(").replace(" )", ")")


@pytest.mark.parametrize("where", [None, "seats > 3", "name = 'a\\b'", "tier = 'A' -- 'B'", "tier = $$A$$"])
def test_what_is_written_otherwise_is_its_own_shape(where: str | None) -> None:
    assert shape_of(Query((Asked("mrr"),), where=where)) == (Query((Asked("mrr"),), where=where), ())
