"""Data sets: the same every time, of the shapes they promise, and split without loss."""

from __future__ import annotations

import numpy as np
import pytest

from bpviz.engine.training.datasets import DATASETS, batch_rows, split, xor


@pytest.mark.parametrize("name", DATASETS)
def test_made_again_it_is_the_same(name: str) -> None:
    one, other = DATASETS[name].make(), DATASETS[name].make()
    assert np.array_equal(one.features, other.features)
    assert np.array_equal(one.targets, other.targets)
    assert np.array_equal(one.train, other.train)
    assert one.name == name


@pytest.mark.parametrize("name", DATASETS)
def test_every_sample_is_trained_with_or_tested_with(name: str) -> None:
    data = DATASETS[name].make()
    assert sorted([*data.train, *data.test]) == list(range(len(data)))
    assert data.features.shape == (len(data), len(data.feature_names))
    assert np.isfinite(data.features).all()
    if data.is_classified:
        assert set(data.targets[data.train]) == set(range(data.classes)), "every class can be learned"


def test_no_line_parts_what_no_line_should_part() -> None:
    """Least squares on the label leaves more than one in eight on the wrong side, but for the three blobs."""
    for name in ("moons", "spiral", "circles"):
        data = DATASETS[name].make()
        design = np.column_stack([data.features, np.ones(len(data))])
        weights = np.linalg.lstsq(design, data.targets - 0.5, rcond=None)[0]
        wrong = np.mean((design @ weights > 0) != (data.targets > 0.5))
        assert wrong > 0.08, name


def test_circles_are_parted_by_their_radius_and_moons_by_their_halves() -> None:
    data = DATASETS["circles"].make()
    radius = np.hypot(*data.features.T)
    assert radius[data.targets == 0].min() > radius[data.targets == 1].max()


def test_a_split_always_leaves_something_to_train_with() -> None:
    for count in (1, 2, 3, 10):
        train, test = split(count)
        assert len(train) >= 1
        assert sorted([*train, *test]) == list(range(count))
    assert len(xor().test) == 0


def test_an_epoch_sees_every_sample_once_and_the_next_in_another_order() -> None:
    rows = np.arange(100, 110)
    first = [batch_rows(rows, 4, step) for step in range(3)]
    assert [len(batch) for batch in first] == [4, 4, 2]
    assert sorted(np.concatenate(first)) == rows.tolist()
    second = np.concatenate([batch_rows(rows, 4, step) for step in range(3, 6)])
    assert sorted(second) == rows.tolist()
    assert not np.array_equal(np.concatenate(first), second)
    assert np.array_equal(batch_rows(rows, 4, 1), first[1]), "a step done again sees the same samples"
    assert batch_rows(rows, 0, 5) is rows
    assert batch_rows(rows, 10, 5) is rows
