"""Scene and screen, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpviz.stage.geometry import Rect
from bpviz.ui.canvas.camera import FARTHEST, NEAREST, Camera

PLACES = st.floats(-1e4, 1e4)
CAMERAS = st.builds(Camera, st.floats(FARTHEST, NEAREST), PLACES, PLACES)
SIZES = st.floats(200, 4000)


def holds(outer: Rect, inner: Rect) -> bool:
    """Whether one rectangle lies in another, but for rounding."""
    outer = outer.grown(1e-6)
    return outer.contains((inner.x, inner.y)) and outer.contains((inner.right, inner.bottom))


@given(CAMERAS, PLACES, PLACES)
def test_there_and_back(camera: Camera, x: float, y: float) -> None:
    assert camera.to_screen(camera.to_scene(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(CAMERAS, st.floats(0.01, 100), PLACES, PLACES)
def test_zooming_keeps_the_point_under_the_mouse(camera: Camera, factor: float, x: float, y: float) -> None:
    nearer = camera.zoomed(factor, x, y)
    assert nearer.to_scene(x, y) == pytest.approx(camera.to_scene(x, y), abs=1e-6)
    assert FARTHEST <= nearer.zoom <= NEAREST


@given(CAMERAS, PLACES, PLACES, PLACES, PLACES)
def test_panning_moves_the_scene_with_the_hand(camera: Camera, x: float, y: float, dx: float, dy: float) -> None:
    moved = camera.panned(dx, dy)
    assert moved.to_screen(camera.to_scene(x, y)) == pytest.approx((x + dx, y + dy), abs=1e-5)


@given(PLACES, PLACES, st.floats(0, 1e4), st.floats(0, 1e4), SIZES, SIZES)
def test_fitting_shows_all_in_the_middle(
    x: float, y: float, width: float, height: float, screen_width: float, screen_height: float
) -> None:
    rect = Rect(x, y, width, height)
    camera = Camera.fitting(rect, screen_width, screen_height)
    view = camera.view(screen_width, screen_height)
    assert view.x + view.width / 2 == pytest.approx(x + width / 2, abs=1e-6)
    assert view.y + view.height / 2 == pytest.approx(y + height / 2, abs=1e-6)
    if camera.zoom > FARTHEST:
        assert holds(view, rect)


@given(CAMERAS, PLACES, PLACES, SIZES, SIZES)
def test_revealing_shows_a_place_and_moves_no_farther_than_that(
    camera: Camera, x: float, y: float, width: float, height: float
) -> None:
    place = Rect(x, y, 10.0, 10.0)
    moved = camera.revealing(place, width, height)
    assert moved.zoom == camera.zoom
    assert holds(moved.view(width, height), place)
    again = moved.revealing(place, width, height)
    assert (again.x, again.y) == pytest.approx((moved.x, moved.y), abs=1e-6)
    if camera.view(width, height).contains((x, y)) and camera.view(width, height).contains((x + 10.0, y + 10.0)):
        assert moved == camera


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (90, 5000)])
def test_a_screen_too_small_for_its_margins(size: tuple[int, int]) -> None:
    assert Camera.fitting(Rect(0, 0, 100, 100), *size).zoom >= FARTHEST
