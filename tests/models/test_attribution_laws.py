"""What attribution keeps to whatever the journeys: nothing is lost, nobody is credited twice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accountlens.models.attribution import markov, paths, positions, shapley

NAMES = st.sampled_from("abcde")
VALUES = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-6)
TOUCHES = st.integers(1, 12)
ROWS = st.lists(
    st.tuples(
        st.lists(NAMES, max_size=6), st.integers(0, 5), st.integers(0, 5), st.floats(0, 1e6, allow_subnormal=False)
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: [(path, won, lost, value if won else 0.0) for path, won, lost, value in rows])


def place(touches: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, touches - 1)


@settings(deadline=None)
@given(st.data(), TOUCHES, VALUES)
def test_credits_of_a_journey_sum_to_its_value_exactly(data: st.DataObject, touches: int, value: float) -> None:
    lead, opportunity = data.draw(place(touches)), data.draw(place(touches))
    days = data.draw(st.lists(st.floats(0, 1e5), min_size=touches, max_size=touches))
    channels = data.draw(st.lists(NAMES, min_size=touches, max_size=touches))
    weights = data.draw(st.tuples(*[st.floats(0, 1, allow_subnormal=False)] * 3))
    for parts in (
        positions.first(touches, value),
        positions.last(touches, value, direct=[channel == "a" for channel in channels]),
        positions.linear(touches, value),
        positions.linear_per_channel(channels, value),
        positions.u_shaped(touches, value, weights=weights),
        positions.u_lead(touches, value, lead=lead),
        positions.w_shaped(touches, value, lead=lead, opportunity=opportunity),
        positions.full_path(touches, value, lead=lead, opportunity=opportunity),
        positions.time_decay(days, value),
    ):
        assert len(parts) == touches
        assert math.fsum(parts) == value
        assert all(part * value >= 0 for part in parts), "no touch is charged"


@pytest.mark.parametrize("model", [positions.first, positions.last, positions.linear, positions.u_shaped])
def test_a_journey_of_no_touch_is_unattributed_and_of_one_is_whole(model: object) -> None:
    assert callable(model)
    assert model(0, 7.0) == []
    assert model(1, 7.0) == [7.0]
    assert positions.full_path(0, lead=None, opportunity=None) == positions.time_decay([]) == []
    assert positions.w_shaped(1, 7.0, lead=None, opportunity=0) == positions.time_decay([3.0], 7.0) == [7.0]


def test_what_milestones_without_touches_leave_goes_to_the_rest_in_proportion() -> None:
    assert positions.w_shaped(3, 70.0, lead=1, opportunity=None) == pytest.approx([30, 30, 10])
    assert positions.w_shaped(3, 90.0, lead=1, opportunity=2) == pytest.approx([30, 30, 30]), "no other touch"
    assert positions.w_shaped(2, 100.0, lead=0, opportunity=0) == pytest.approx([90, 10])
    assert positions.full_path(4, 90.0, lead=1, opportunity=2) == pytest.approx([22.5] * 4)
    assert positions.u_lead(4, 100.0, lead=1) == pytest.approx([40, 40, 10, 10])
    assert positions.u_lead(3, 60.0, lead=None) == pytest.approx([40, 10, 10])
    assert positions.u_shaped(2, 10.0) == [5.0, 5.0]
    assert positions.u_shaped(2, 10.0, weights=(0.3, 0, 0.7)) == pytest.approx([3, 7])
    assert positions.u_shaped(2, 10.0, weights=(0, 1, 0)) == [5.0, 5.0]


def test_last_touch_can_leave_out_direct() -> None:
    assert positions.last(3, direct=[False, False, True]) == [0, 1, 0]
    assert positions.last(2, direct=[True, True]) == [0, 1], "all are direct"


def test_the_touch_of_a_milestone_is_the_last_at_or_before_it() -> None:
    times = ["2024-01-01", "2024-01-05", "2024-01-05", "2024-02-01"]
    assert positions.milestone_touch(times, "2024-01-05") == 2
    assert positions.milestone_touch(times, "2023-12-31") is None
    assert positions.milestone_touch(times, None) is None


def test_time_decay_halves_by_half_life_however_old_the_touches() -> None:
    assert positions.time_decay([14, 7, 0], 7.0) == pytest.approx([1, 2, 4])
    assert positions.time_decay([1e6 + 7, 1e6], 3.0) == pytest.approx([1, 2])


def test_linear_per_channel_shares_by_distinct_channel() -> None:
    credit = positions.by_channel("abaa", positions.linear_per_channel("abaa", 10.0))
    assert credit == pytest.approx({"a": 5.0, "b": 5.0})
    assert positions.by_channel("abaa", positions.linear(4, 10.0)) == pytest.approx({"a": 7.5, "b": 2.5})


def _last_bit(credit: Mapping[str, float]) -> float:
    """Parts of mixed signs beyond their sum have no last bit as fine as that sum's own (`credits.settle`)."""
    return math.ulp(min(abs(value) for value in credit.values() if value))


@settings(deadline=None)
@given(ROWS)
@example([(["a"], 0, 3, 0.0), (["b"], 1, 0, 699050.7218814845)])
def test_credits_of_channels_sum_to_the_total_exactly(rows: list[tuple[list[str], int, int, float]]) -> None:
    given_paths = paths.of_rows(rows)
    for measure in ("value", "conversions"):
        credits_given: list[Mapping[str, float] | None] = [
            paths.by_position(given_paths, positions.u_shaped, measure),
            shapley.shapley(given_paths, measure=measure).credit,
            shapley.shapley(given_paths, measure=measure, worth="rate").credit,
            markov.markov(given_paths, measure=measure).credit,
            markov.markov(given_paths, measure=measure, repeat="per_channel").credit,
        ]
        for credit in credits_given:
            if credit is not None and credit:
                missed = abs(math.fsum(credit.values()) - given_paths.total(measure))
                assert missed <= (_last_bit(credit) if min(credit.values()) < 0 else 0)
    everything = math.fsum(row[1] for row in rows)
    assert given_paths.total_conversions + given_paths.unattributed_conversions == everything


@settings(deadline=None)
@given(ROWS)
def test_removal_effects_are_shares_and_equal_removing_for_real(rows: list[tuple[list[str], int, int, float]]) -> None:
    result = markov.markov(paths.of_rows(rows))
    if result.removal_effect is None:
        return
    for number, effect in enumerate(result.removal_effect.values()):
        assert 0 <= effect <= 1
        assert effect == pytest.approx(removal_for_real(result.transition, number), abs=1e-9)


def removal_for_real(transition: np.ndarray, removed: int) -> float:
    """Every way into the channel is led to null, and the chain is solved anew."""
    channels = transition.shape[1] - 2

    def probability(table: np.ndarray) -> float:
        converts = np.linalg.solve(np.eye(channels) - table[1:, :channels], table[1:, channels])
        return float(table[0, :channels] @ converts + table[0, channels])

    without = transition.copy()
    without[:, -1] += without[:, removed]
    without[:, removed] = 0
    return 1 - probability(without) / probability(transition)


@settings(deadline=None)
@given(ROWS)
def test_shapley_of_sums_is_an_equal_split_over_distinct_channels(
    rows: list[tuple[list[str], int, int, float]],
) -> None:
    given_paths = paths.of_rows(rows)
    names = given_paths.channels
    split = dict.fromkeys(names, 0.0)
    for path, _, _, value in rows:
        for channel in set(path):
            split[channel] += value / len(set(path))
    assert shapley.shapley(given_paths).value == pytest.approx(split, abs=1e-6)
    unique = paths.without_repeats(given_paths, "per_channel")
    weight = np.bincount(shapley.sets_of_paths(unique), weights=unique.value, minlength=2 ** len(names))
    by_sets = shapley.exact(shapley.sums_over_subsets(weight)).tolist()
    assert by_sets == pytest.approx(list(split.values()), abs=1e-6)


@settings(deadline=None)
@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[tuple[list[str], int, int, float]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (markov.markov(paths.of_rows(each)) for each in (rows, shuffled))
    assert one.conversion_probability == pytest.approx(other.conversion_probability, abs=1e-12)
    assert (one.credit is None) == (other.credit is None)
    if one.credit and other.credit:
        assert one.credit == pytest.approx(dict(other.credit), rel=1e-9, abs=1e-6)


def test_touches_and_rows_give_the_same_paths() -> None:
    rows: list[tuple[Sequence[str], float, float, float]] = [
        ("ab", 1, 0, 5.0),
        ("", 1, 0, 3.0),
        ("ab", 0, 1, 0.0),
        ("b", 1, 0, 2.0),
    ]
    found = paths.of_touches([0, 0, 2, 2, 3], "ababb", [1, 1, 0, 1], [0, 0, 1, 0], [5.0, 3.0, 0.0, 2.0])
    for one in (found, paths.of_rows(rows)):
        assert one.channels == ("a", "b")
        assert one.touch.tolist() == [0, 1, 1]
        assert one.conversions.tolist() == [1, 1]
        assert one.nulls.tolist() == [1, 0]
        assert (one.total_value, one.unattributed_value) == (7.0, 3.0)


def test_repeats_are_collapsed_in_a_row_or_by_channel() -> None:
    given_paths = paths.of_rows([("aabba", 1, 0, 1.0), ("cc", 1, 0, 1.0)])
    collapsed = paths.without_repeats(given_paths, "per_touch")
    assert collapsed.touch.tolist() == [0, 1, 0, 2]
    assert collapsed.start.tolist() == [0, 3]
    assert paths.without_repeats(given_paths, "per_channel").touch.tolist() == [0, 1, 2]


def test_markov_of_nothing_converted_is_unknown() -> None:
    result = markov.markov(paths.of_rows([("ab", 0, 3, 0.0)]))
    assert result.conversion_probability == 0
    assert result.removal_effect is None
    assert result.credit is None
    assert markov.markov(paths.of_rows([("", 1, 0, 5.0)])).credit is None


def test_sampled_shapley_comes_near_the_exact_one() -> None:
    random = np.random.default_rng(5)
    rows = []
    for _ in range(400):
        path = random.choice(list("abcdefgh"), size=random.integers(1, 5)).tolist()
        won = int(random.random() < (0.6 if "a" in path else 0.2))
        rows.append((path, won, 1 - won, 10.0 * won))
    given_paths = paths.of_rows(rows)
    exactly = shapley.shapley(given_paths, worth="rate")
    drawn, errors = shapley._sampled_rate(paths.without_repeats(given_paths, "per_channel"), 4000, 1)
    assert np.abs(drawn - list(exactly.value.values())).max() < 4 * errors.max() < 0.02


def test_shapley_beyond_twelve_channels_is_drawn_and_repeatable() -> None:
    channels = [f"c{number:02d}" for number in range(15)]
    rows = [([a, b], 1.0, 2.0, 3.0) for a, b in pairwise(channels)]
    one, again = (shapley.shapley(paths.of_rows(rows), worth="rate", samples=200, seed=3) for _ in range(2))
    assert one == again
    assert math.fsum(one.value.values()) == pytest.approx(1 / 3)
    assert one.credit is not None
    assert math.fsum(one.credit.values()) == 42.0
    assert set(one.standard_error) == set(channels)


def test_given_worths_must_be_complete() -> None:
    with pytest.raises(ValueError, match=r"the worth of a \+ b is missing"):
        shapley.shapley_of_worths({("a",): 1.0, ("b",): 2.0})


def test_touches_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order of journeys"):
        paths.of_touches([1, 0], "ab", [1, 1], [0, 0], [1, 1])
