from pathlib import Path

import numpy as np
import pytest

from models.training.data import Example, Rotation, read_manifest, rotations

DATA = Path(__file__).parents[4] / "shared" / "data" / "taleqani"


def examples() -> list[Example]:
    """Four classes of 12 blocks with 10 images; some fields overlap within and some across blocks."""
    made = []
    for label in range(4):
        for number in range(120):
            block = f"{label}-{number // 10}"
            across = number % 10 in {0, 9}
            group = f"{label}-edge-{(number + 1) // 10}" if across else f"{label}-{number // 2}"
            made.append(Example(Path(f"{label}-{number}.jpg"), label, group, block, None))
    return made


def assert_each_is_held_out_once(made: tuple[Rotation, ...], given: list[Example] | tuple[Example, ...]) -> None:
    held_out = [example for rotation in made for example in rotation.held_out]
    assert sorted(map(str, held_out)) == sorted(map(str, given))
    for rotation in made:
        everything = [*rotation.training, *rotation.held_out, *rotation.set_aside]
        assert sorted(map(str, everything)) == sorted(map(str, given))
        assert {example.label for example in rotation.held_out} == {0, 1, 2, 3}
        assert {example.label for example in rotation.training} == {0, 1, 2, 3}
        for attribute in ("number_block", "overlap_group"):
            trained = {getattr(example, attribute) for example in rotation.training}
            assert not trained & {getattr(example, attribute) for example in rotation.held_out}


@pytest.mark.parametrize("seed", range(10))
def test_every_image_is_held_out_once_by_a_rotation_that_saw_neither_its_run_nor_its_field(seed):
    assert_each_is_held_out_once(rotations(examples(), seed=seed), examples())


def test_only_what_shares_a_field_with_a_held_out_image_is_set_aside():
    for rotation in rotations(examples(), seed=3, count=3):
        fields = {example.overlap_group for example in rotation.held_out}
        assert rotation.set_aside
        assert all(example.overlap_group in fields for example in rotation.set_aside)


def test_rotations_hold_out_about_the_same_number_of_blocks():
    sizes = [len({e.number_block for e in rotation.held_out}) for rotation in rotations(examples(), seed=0)]
    assert max(sizes) - min(sizes) <= 1


def test_the_order_of_the_images_does_not_decide_the_rotations():
    given = examples()
    shuffled = [given[i] for i in np.random.default_rng(0).permutation(len(given))]
    for one, other in zip(rotations(given, seed=5), rotations(shuffled, seed=5), strict=True):
        assert set(one.held_out) == set(other.held_out)
        assert set(one.training) == set(other.training)


def test_another_seed_rotates_other_blocks():
    assert rotations(examples(), seed=1)[0].held_out != rotations(examples(), seed=2)[0].held_out


def test_more_rotations_than_blocks_are_refused():
    with pytest.raises(ValueError, match="ask for fewer"):
        rotations(examples(), seed=0, count=13)


@pytest.mark.data
def test_the_real_images_rotate_soundly():
    if not DATA.is_dir():
        pytest.skip(f"needs the images of {DATA.name} beside the repository")
    given = read_manifest(DATA)
    assert_each_is_held_out_once(rotations(given, seed=2026), given)
