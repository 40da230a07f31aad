"""Writes an artefact's model card from its manifest, so that no figure is typed by hand."""

from typing import Any

from models.classification.labels import LABELS
from models.training.metrics import Estimate

CARD = """# {name}

{architecture}, fine-tuned to sort photographs of bone-marrow and blood smears by which class of the Taleqani
ALL image data they resemble most: benign (hematogones), early (early pre-B), pre (pre-B), pro (pro-B).

**This is not a medical device.** It is decision support for readers who can read the smear themselves, for
research and for building the platform around it.

## What the classes are, and are not

The classes are maturation subtypes that flow cytometry established in the data. They are not steps of
severity, and none of them turns into another. Morphology alone cannot separate hematogones from
B-lymphoblasts with certainty, nor assign lineage or subtype. "Benign" means hematogone-rich samples of one
marrow laboratory, and nothing wider.

## Known limits

- **No accuracy on this data proves that the network recognises leukaemia.** Class goes with capture session:
  all Pro images were taken on one day, all Pre images on the next. A network can score high by recognising
  the session.
- Six colour statistics of an image, with no cell looked at, and the corner with the burnt-in scale bar each
  tell much of the class: see the baselines below. Training covers the corner and swaps colours between
  classes; the audit shows how far that helped, not that nothing else of the session is left.
- With the cells painted over, the network's balanced accuracy is {erased}. Chance is 0.250; what lies above
  it is read from the red cells and the background, not from leukocytes. One training sample in twelve had its
  cells painted over in just this way and no class to be called, so another way of hiding the cells may give a
  higher figure.
- The activation map does not locate the evidence: on the held-out images {inside:.0%} of its energy lies in
  squares that hold cells, where an even spread would give {inside_if_even:.0%}, and {warned:.0%} of the images
  carry the warning that most energy lies outside. That the cells matter shows when they are painted over, not in
  the map.
- One laboratory, one staining, one microscope. The data names no patients; number runs are a weak stand-in
  for them, so images of one patient may well lie on both sides of the split.
- Lymphoblastic leukaemia of B lineage and hematogones are all it was shown. Other leukaemias, infections and
  reactive cells are not classes here; the novelty check catches some of what is foreign, not all.

## Origin

- Starting weights: {weights_origin}.
- Data: {citation}. {images} images, 224 x 224; their authors ask to be cited and that the images are not
  passed on.
- Training: `python -m models.training.train --data FOLDER --base FILE --out DIR --seed {seed}`; every setting
  is in `models/training/`. Whole number blocks were held out, class by class; images that overlap another
  part without sharing its block were left out altogether. What is shipped is the network of this one split,
  not one trained on everything.

| part | {label_columns} | number blocks |
|---|{label_rule}|---|
{parts}

Preprocessing: squashed to 224 x 224, the bottom right corner (rows from {mask_top}, columns from {mask_left})
covered with the mean colour of the rest. Contract sha256 `{preprocessing}`.

## Figures on the held-out number runs

Intervals are 95 %: bootstrap over number blocks for balanced accuracy, Wilson for shares of images.
*Answered* is the share of images that get a class by the shipped prediction-set rule, *error* how often that
class is wrong.

| images | balanced accuracy | blast sensitivity | blast specificity | answered | error | flagged as novel |
|---|---|---|---|---|---|---|
{accuracy}

Confusion on the plain images (rows: true class; columns: named class):

| | {label_columns} |
|---|{label_rule}|
{confusion}

The calibration part, other number blocks that were not trained on, gives a balanced accuracy of
{calibration_part} on plain images: take the two together.

Baselines that look at no cell (nearest neighbours):

| baseline | balanced accuracy |
|---|---|
{baselines}

**Calibration.** Temperature {temperature:.3f}, fitted on the calibration part. Expected calibration error
{ece:.3f} (15 bins of equal mass). Prediction sets are class-conditional conformal at level {level}; coverage
on the held-out runs: {coverage}.

**Foreign images.** The novelty threshold was set to give up {given_up:.0%} of the calibration part. By
novelty alone (the quality check comes first in use and rejects further images):

| folder | rejected | AUROC against held-out images |
|---|---|---|
{foreign}

**Size.** {same} of {pairs} images get the same class at 224 x 224 and from the full-size original; the
largest difference of a probability is {difference:.3f}.
"""


def render_card(manifest: dict[str, Any]) -> str:
    """Return the card (Markdown) of a manifest that `evaluate` has put figures into."""
    measured = manifest["metrics"]
    contract = manifest["preprocessing"]["contract"]
    return CARD.format(
        name=manifest["name"],
        architecture=manifest["architecture"],
        erased=_estimate(measured["balanced_accuracy"]["cells erased"]),
        weights_origin=manifest["weights_origin"],
        citation=manifest["data"]["citation"],
        images=manifest["data"]["images"],
        seed=manifest["split"]["seed"],
        label_columns=" | ".join(LABELS),
        label_rule="|".join(["---"] * len(LABELS)),
        parts="\n".join(_part(name, part) for name, part in manifest["split"]["parts"].items()),
        mask_top=contract["corner_mask"]["rows"][0],
        mask_left=contract["corner_mask"]["columns"][0],
        preprocessing=manifest["preprocessing"]["sha256"],
        accuracy="\n".join(_accuracy(name, measured) for name in measured["balanced_accuracy"]),
        confusion="\n".join(
            _row(label, *row) for label, row in zip(LABELS, measured["confusion"]["plain"], strict=True)
        ),
        calibration_part=_estimate(measured["calibration_part"]),
        baselines="\n".join(_row(name, _estimate(figure)) for name, figure in measured["baselines"].items()),
        temperature=manifest["calibration"]["temperature"],
        ece=measured["calibration"]["expected_calibration_error"],
        level=manifest["calibration"]["level"],
        coverage=", ".join(f"{name} {share:.3f}" for name, share in measured["calibration"]["coverage"].items()),
        given_up=manifest["novelty"]["calibration_share_rejected"],
        foreign="\n".join(
            _row(name, f"{measured['novelty']['rejected'][name]:.3f}", f"{area:.3f}")
            for name, area in measured["novelty"]["auroc"].items()
        ),
        **measured["explanation"],
        same=measured["fullsize"]["same_class"],
        pairs=measured["fullsize"]["pairs"],
        difference=measured["fullsize"]["largest_probability_difference"],
    )


def _part(name: str, part: dict[str, Any]) -> str:
    return _row(name.replace("_", " "), *(part["images"][label] for label in LABELS), len(part["number_blocks"]))


def _accuracy(name: str, measured: dict[str, Any]) -> str:
    selective = measured["selective"][name]
    return _row(
        name,
        _estimate(measured["balanced_accuracy"][name]),
        _estimate(measured["blast_sensitivity"][name]),
        _estimate(measured["blast_specificity"][name]),
        f"{selective['coverage']:.3f}",
        f"{selective['error']:.3f}",
        f"{measured['novelty']['rejected'][f'held out, {name}']:.3f}",
    )


def _estimate(figure: dict[str, float]) -> str:
    return str(Estimate(**figure))


def _row(*values: object) -> str:
    return "| " + " | ".join(str(value) for value in values) + " |"
