"""The plan of a run of chaos: the same for a seed, and over when its time is."""

import pytest

from plan import LANES, ROLES, Plan


def test_a_seed_repeats_the_plan():
    one, other = Plan("7", 600), Plan("7", 600)
    assert (one.disturbances, one.steps) == (other.disturbances, other.steps)


def test_another_seed_makes_another_plan():
    one, other = Plan("7", 60), Plan("8", 60)
    assert one.disturbances != other.disturbances and one.steps != other.steps


@pytest.mark.parametrize("seed", [str(one) for one in range(20)])
@pytest.mark.parametrize("seconds", [60, 600])
def test_every_disturbance_is_over_in_time_and_before_the_next_of_its_lane(seed, seconds):
    for lane in Plan(seed, seconds).disturbances.values():
        end = 0
        for one in lane:
            assert end < one.at and one.at + one.seconds <= seconds
            end = one.at + one.seconds


@pytest.mark.parametrize("seed", [str(one) for one in range(20)])
def test_a_minute_has_something_of_every_lane_and_actor(seed):
    plan = Plan(seed, 60)
    assert all(plan.steps[name] for name in ROLES)
    assert {name for name, lane in plan.disturbances.items() if lane} == {
        name for name, lane in LANES.items() if lane.least <= 60}


def test_ten_minutes_have_something_of_everything():
    plan = Plan("1", 600)
    for name, lane in LANES.items():
        assert {one.kind for one in plan.disturbances[name]} == set(lane.kinds), name
    for name, role in ROLES.items():
        assert {one.kind for one in plan.steps[name]} == set(role.weights), name
