"""Colours can be told apart, run evenly from light to dark, and outlines and letters stand out from them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from goodwork.figures.colour import HATCH_GROUND, HATCH_LINE, RAMPS, contrast, edge, ink, luminance, ramp


@pytest.mark.parametrize("classes", RAMPS)
def test_a_ramp_falls_from_light_to_dark_in_steps_one_can_see(classes: int) -> None:
    lightness = [116 * luminance(c) ** (1 / 3) - 16 for c in ramp(classes)]
    steps = [a - b for a, b in pairwise(lightness)]
    assert min(steps) > 6
    assert max(steps) < 3.2 * min(steps)


@pytest.mark.parametrize("classes", range(1, 8))
def test_outlines_reach_three_to_one_and_letters_four_and_a_half(classes: int) -> None:
    for fill in ramp(classes):
        assert contrast(fill, edge(fill)) >= 3
        assert contrast(fill, ink(fill)) >= 4.5


def test_the_hatching_stands_out_from_its_ground() -> None:
    assert contrast(HATCH_LINE, HATCH_GROUND) >= 3


def test_more_classes_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="8 classes"):
        ramp(8)
