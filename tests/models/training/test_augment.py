import cv2
import numpy as np
import pytest

from models.classification.preprocessing import MASK_LEFT, MASK_TOP
from models.training import augment, data
from models.training.augment import Stock, erase, view


def field(label: int, *, brightness: int) -> tuple[np.ndarray, np.ndarray]:
    """A flat field of one brightness with one dark disc, and where the disc is."""
    image = np.full((224, 224, 3), brightness, np.uint8)
    cells = np.zeros((224, 224), np.uint8)
    cv2.circle(cells, (60 + 20 * label, 100), 12, 1, -1)
    image[cells > 0] = (30 + 10 * label, 10, 60)
    return image, cells > 0


@pytest.fixture
def stock() -> Stock:
    fields = [field(label, brightness=150 + 20 * label) for label in range(4)] * 2
    images, cells = (np.stack(each) for each in zip(*fields, strict=True))
    return Stock(images, cells, np.array([0, 1, 2, 3] * 2))


@pytest.fixture
def only(monkeypatch):
    """Make every view one of a kind, unmoved and as sharp as it was."""

    def set_to(kind: str | None) -> None:
        for name in ("EMPTIED", "GREY", "WHITE_BALANCED", "TRANSPLANTED"):
            monkeypatch.setattr(augment, name, 1.0 if name == kind else 0.0)
        for name in ("HOLED", "RESAMPLED", "BLURRED", "RECOMPRESSED", "GREY_TRANSPLANTED"):
            monkeypatch.setattr(augment, name, 0.0)

    return set_to


def views(stock: Stock, count: int, place: int = 0) -> list[augment.View]:
    return [view(stock, place, np.random.default_rng([7, number])) for number in range(count)]


def test_a_view_depends_on_the_random_state_alone(stock):
    once, again, other = (view(stock, 0, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(once.image, again.image)
    assert not np.array_equal(once.image, other.image)
    assert once.image.shape == (224, 224, 3)
    assert once.image.dtype == np.uint8


def test_a_view_borrows_only_from_other_classes_and_says_from_which(stock):
    donors = {each.donor for each in views(stock, 60)}
    assert donors - {-1}
    assert all(stock.labels[donor] != stock.labels[0] for donor in donors - {-1})


def test_some_views_have_no_leukocyte_left_and_say_so(stock, only):
    only("EMPTIED")
    for each in views(stock, 8):
        assert each.is_empty
        assert each.image.std(axis=(0, 1)).max() < 2


def test_no_other_view_is_called_empty(stock, monkeypatch):
    monkeypatch.setattr(augment, "EMPTIED", 0.0)
    assert not any(each.is_empty for each in views(stock, 20))


def test_a_transplanted_leukocyte_lies_in_the_field_of_its_donor(stock, only, monkeypatch):
    only("TRANSPLANTED")
    monkeypatch.setattr(augment, "DRESSED", 0.0)
    for each in views(stock, 8):
        darkest = each.image.reshape(-1, 3)[each.image.sum(axis=2).argmin()]
        assert tuple(darkest) == tuple(stock.images[0][stock.cells[0]][0])
        assert np.median(each.image) == np.median(stock.images[each.donor])


def test_a_dressed_view_wears_its_donors_colours(stock, only, monkeypatch):
    only(None)
    monkeypatch.setattr(augment, "SWAPPED", 1.0)
    monkeypatch.setattr(augment, "JITTER", 0.0)
    brightness = {each.donor % 4: [] for each in views(stock, 40)}
    for each in views(stock, 40):
        brightness[each.donor % 4].append(np.median(each.image))
    assert np.mean(brightness[1]) < np.mean(brightness[2]) < np.mean(brightness[3])


def test_grey_views_have_no_colour(stock, only):
    only("GREY")
    for each in views(stock, 4):
        assert np.array_equal(each.image[..., 0], each.image[..., 2])


def test_erasing_takes_the_leukocytes_and_a_margin_and_leaves_the_rest():
    image, cells = field(0, brightness=200)
    image[cv2.dilate(cells.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 20
    erased = erase(image, cells)
    assert (erased == 200).all()
    assert (image < 200).any(), "the image itself is not changed"


def test_erasing_nothing_or_everything_changes_nothing():
    image, _ = field(0, brightness=200)
    for cells in (np.zeros((224, 224), bool), np.ones((224, 224), bool)):
        assert np.array_equal(erase(image, cells), image)


def test_what_is_burnt_into_the_corner_never_reaches_the_stock(tmp_path):
    examples = []
    for number, corner in enumerate((0, 255)):
        image, _ = field(0, brightness=200)
        image[MASK_TOP:, MASK_LEFT:] = corner
        path = tmp_path / f"{number}.png"
        cv2.imwrite(str(path), image[..., ::-1])
        examples.append(data.Example(path, 0, str(number), str(number), None))
    images = Stock.of(examples).images
    assert np.array_equal(images[0], images[1])


def test_the_stock_knows_where_the_leukocytes_are(tmp_path):
    image, cells = field(1, brightness=225)
    path = tmp_path / "one.png"
    cv2.imwrite(str(path), image[..., ::-1])
    found = Stock.of([data.Example(path, 1, "0", "0", None)]).cells[0]
    assert (found & cells).sum() > 0.8 * (found | cells).sum()
