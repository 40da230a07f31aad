"""Counting the leukocytes of drawn fields that are found."""

import numpy as np
import pytest

from models.segmentation import fields
from models.segmentation.fields import Detection, detect, match


def labels(*boxes, shape=(40, 60)):
    image = np.zeros(shape, np.int32)
    for number, (top, bottom, left, right) in enumerate(boxes, start=1):
        image[top:bottom, left:right] = number
    return image


def test_the_same_outlines_all_match():
    there = labels((2, 12, 2, 12), (20, 36, 20, 50))
    assert match(there, there) == (2, 2, 2)


def test_outlines_that_overlap_by_half_or_less_do_not_match():
    there = labels((0, 10, 0, 20))
    assert match(labels((0, 10, 0, 10)), there) == (0, 1, 1)
    assert match(labels((0, 10, 0, 11)), there) == (1, 1, 1)


def test_two_cells_found_as_one_match_at_most_one():
    assert match(labels((0, 10, 0, 24)), labels((0, 10, 0, 16), (0, 10, 16, 24))) == (1, 1, 2)


def test_one_cell_found_as_two_counts_as_one_right_and_one_wrong():
    assert match(labels((0, 10, 0, 16), (0, 10, 16, 20)), labels((0, 10, 0, 20))) == (1, 2, 1)


def test_nothing_there_and_nothing_found_is_perfect():
    assert match(labels(), labels()) == (0, 0, 0)
    nothing = Detection(*np.zeros((3, 4), np.int64))
    assert (nothing.precision(), nothing.recall(), nothing.f1()) == (1, 1, 1)


def test_what_is_found_on_a_smaller_copy_is_brought_to_size():
    assert match(labels((1, 6, 1, 6), shape=(20, 30)), labels((2, 12, 2, 12))) == (1, 1, 1)


def test_scores_of_known_counts():
    detection = Detection(*(np.array(row, np.int64) for row in ([8, 0], [10, 0], [9, 3])))
    assert detection.precision() == pytest.approx(0.8)
    assert detection.recall() == pytest.approx(8 / 12)
    assert detection.f1() == pytest.approx(16 / 22)
    low, high = detection.interval()
    assert low < detection.f1() < high
    assert detection.interval() == (low, high)


def test_most_leukocytes_of_small_drawn_fields_are_found():
    found = detect(6, width=640, height=480)
    assert found["cells"].drawn.sum() > 30
    assert found["cells"].f1() > 0.9
    assert found["nuclei"].f1() > 0.85


def test_the_figures_are_printed(capsys):
    assert fields.main(["--fields", "1", "--seed", "3"]) == 0
    printed = capsys.readouterr().out
    assert "1 drawn fields, seeds from 3" in printed
    assert "cells  precision" in printed
    assert "nuclei precision" in printed
    assert "95 %" in printed


def test_a_measurement_of_no_fields_is_refused(capsys):
    with pytest.raises(SystemExit):
        fields.main(["--fields", "0"])
    assert "--fields takes a number from 1." in capsys.readouterr().err
