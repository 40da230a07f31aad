"""The readable page of an artefact, written from its evaluation so that no figure is typed by hand."""

from typing import Any

from models.classification.preprocessing import MASK_LEFT, MASK_TOP, contract_sha256
from models.training import faults
from models.training.artefact import CITATION, origin_of
from models.training.audit import BAR, DEFOCUS, ERASED, PATCHED
from models.training.cases import CASES_PER_BLOCK, LARGEST, SMALLEST
from models.training.crossfit import NOVEL_SHARE
from models.training.marks import marks
from models.training.metrics import Estimate

CARD = """# {name}

{architecture}, trained to sort photographs of bone-marrow and blood smears by which class of the Taleqani
ALL image data they resemble most: benign (hematogones), early (early pre-B), pre (pre-B), pro (pro-B).

**This is not a medical device.** It is decision support for readers who can read the smear themselves, for
research and for building the platform around it.

## What the classes are, and are not

The classes are maturation subtypes that flow cytometry established in the data. They are not steps of
severity, and none of them turns into another. Morphology alone cannot separate hematogones from
B-lymphoblasts with certainty, nor assign lineage or subtype. "Benign" means hematogone-rich samples of one
marrow laboratory, and nothing wider.

## How the figures were taken

{images} images in {blocks} runs of file numbers. In each of {rotations} rotations whole runs are held out; images that
show the same field as a held-out one are left out of that rotation's training. So every image is measured
once, by a network that saw neither its run nor its field. Temperature, prediction sets, novelty threshold and
case thresholds of a rotation come from the other rotations' networks, on images that share neither run nor
field with what is measured. The engine is the one in use, with its quality gate, novelty check and rule of
outcome.

What is shipped is one more network, trained on all images by the same recipe, with thresholds from all
out-of-fold answers. It is not itself measured on smears: none are left that it has not seen.

Intervals are 95 %. They come from drawing whole number runs, class by class (2000 draws; 400 for calibration
error, areas under curves and activation). For shares the wider of this and Wilson's interval counts, on
either side. Figures on foreign images have Wilson's.

## Marks

| measure | mark | measured | met |
|---|---|---|---|
{marks}

## Accuracy and the shortcut audit

*Balanced accuracy*, sensitivity and specificity count the likeliest class of every image, whether or not it would
be given. *Classified* is the share that gets a class, *error* how often that class is wrong. Images marked *
were put to the whole engine; for the others only network, novelty and prediction set were asked.

| images | balanced accuracy | blast sensitivity | blast specificity | classified | error |
|---|---|---|---|---|---|
{audit}

Colours and scale bars come from a random image of another class of the same held-out part: mean and deviation in
CIELAB for the colours, the {bar} x {bar} pixels of the bottom right corner for the bar. For zoom the corner is covered
first and borders are filled by reflection. Mild defocus is a Gaussian of {defocus:g} pixel. Cells are painted over with
the median colour of the rest. All at 224 x 224 pixels.

| baseline, under the same rotations | balanced accuracy |
|---|---|
{baselines}

Colour statistics and corner: five nearest neighbours. Frozen features: MobileNetV2 as trained on ImageNet, and a
logistic regression.

![Balanced accuracy of the audit beside the baselines](plots/audit.svg)

![Confusion](plots/confusion.svg)

With the cells painted over: {erased_outcomes}. *Patched over* they are filled with what the same field shows elsewhere,
turned and mirrored, so that no flat patch betrays them.

Blast-suspect, by log-odds: area under the curve {blast_auroc}; sensitivity {blast_sensitivity} at the
threshold that leaves a specificity of {specificity}.

## Calibration and abstention

Expected calibration error {ece} (15 bins of equal mass). The prediction sets are class-conditional conformal at level
{level}; they hold the true class of {coverage} of the images.

![Reliability](plots/reliability.svg)

| level of the prediction set | classified | error among those |
|---|---|---|
{levels}

{level} is shipped. All rows are of the whole engine.

![Risk and coverage](plots/risk-coverage.svg)

## Foreign images

The novelty threshold gives up {given_up:.1%} of the out-of-fold smears. *Turned away* by the engine is what is
novel or unsuitable. Each foreign image was put to the {rotations} rotations' networks and, in the last column, to the
shipped one.

| folder | images | by novelty alone | by the engine | area under the curve | by the engine as shipped |
|---|---|---|---|---|---|
{foreign}
| held-out smears | {images} | {own_novelty} | {own_engine} | | |

![Novelty scores](plots/novelty.svg)

## Photographs spoiled on purpose

{passed} of the images as they are pass the quality gate. Reasons against the others: {reasons}.

| fault | images | unsuitable | reasons given |
|---|---|---|---|
{faults}

At 224 x 224 pixels: defocus by a Gaussian of {fault_blur:g} pixels, motion over {motion} pixels in four directions,
light times {over:g} (clipped) and times {under:g}, stain density times {washed:g}.

## Size of the upload

{full_size}

## Cases

{cases_per_block} simulated cases from each number run, {smallest} to {largest} images each, thresholds from other
rotations.
Flagged: {flagged_blast} of {blast_cases} cases of blast classes, {flagged_benign} of {benign_cases} benign ones.

| cases | flagged | not flagged | insufficient | indeterminate | unavailable |
|---|---|---|---|---|---|
{cases}

## Known limits

- **No accuracy on this data proves that the network recognises leukaemia.** Class goes with capture session:
  all Pro images were taken on one day, all Pre images on the next. A network can score high by recognising
  the session.
- Colours alone, with no cell looked at, and the corner with the burnt-in scale bar each tell much of the class: see
  the baselines. Training covers the corner and swaps colours between classes; the audit shows how far that helped,
  not that nothing else of the session is left.
- With the cells painted over, balanced accuracy is {erased}; patched over, {patched}. Chance is 0.250; what
  lies above it is read from red cells, background and what the segmentation left, not from leukocytes.
- {activation}
- One laboratory, one staining, one microscope. The data names no patients; number runs are a weak stand-in
  for them, so images of one patient may well lie on both sides of a rotation.
- Lymphoblastic leukaemia of B lineage and hematogones are all it was shown. Other leukaemias, infections and
  reactive cells are not classes here; the novelty check catches some of what is foreign, not all.

## Origin

- Weights: {origin}.
- Data: {citation}. Its authors ask to be cited and that the images are not passed on.
- Every setting is in `models/training/`; seed {seed}.
- Preprocessing: squashed to 224 x 224, the bottom right corner (rows from {mask_top}, columns from {mask_left})
  covered with the mean colour of the rest. Contract sha256 `{preprocessing}`.
- Measured with engine code `{engine}`.
"""
NO_PAIRS = "No full-size originals were at hand."
PAIRS = (
    "{pairs} originals against their 224-pixel versions: same class {same_class}, same outcome {same_outcome}; "
    "probabilities differ by at most {largest_probability_difference:.3f}, by {median_probability_difference:.4f} in "
    "the median."
)
NO_MAPS = "No image got an activation map."
MAPS = (
    "{inside} of the activation map's energy lies in squares that hold cells, where an even spread would give "
    "{inside_if_even}; {warned} of the images carry the warning that most energy lies outside. Training punishes "
    "evidence beside the cells, so the map shows where the network lays its evidence, not what it could not do "
    "without: painting the cells over tells that."
)


def render(name: str, evaluation: dict[str, Any]) -> str:
    """Return the card (Markdown) of an evaluation."""
    novelty, quality, calibration = (evaluation[part] for part in ("novelty", "quality", "calibration"))
    cases, erased = evaluation["cases"], evaluation["audit"][ERASED]
    return CARD.format(
        name=name,
        architecture=evaluation["architecture"],
        images=evaluation["data"]["images"],
        blocks=evaluation["data"]["number_blocks"],
        rotations=evaluation["data"]["rotations"],
        marks=_rows(
            (mark.measure, mark.wanted, shown(mark.figure), "yes" if mark.met else "**no**")
            for mark in marks(evaluation)
        ),
        audit=_rows(_audited(name, figures) for name, figures in evaluation["audit"].items()),
        bar=BAR,
        defocus=DEFOCUS,
        baselines=_rows((name, shown(figure)) for name, figure in evaluation["baselines"].items()),
        erased=shown(erased["balanced_accuracy"]),
        patched=shown(evaluation["audit"][PATCHED]["balanced_accuracy"]),
        erased_outcomes=", ".join(f"{name} {share['value']:.3f}" for name, share in erased["outcomes"].items()),
        blast_auroc=shown(evaluation["blast_suspect"]["auroc"]),
        blast_sensitivity=shown(evaluation["blast_suspect"]["sensitivity"]),
        specificity=evaluation["blast_suspect"]["specificity"],
        ece=shown(calibration["expected_calibration_error"]),
        level=calibration["level"],
        coverage=", ".join(f"{label} {shown(share)}" for label, share in calibration["coverage"].items()),
        levels=_rows(
            (point["level"], shown(point["coverage"]), shown(point["error"], 4))
            for point in evaluation["selective"]["levels"]
        ),
        given_up=NOVEL_SHARE,
        foreign=_rows(
            (
                name.replace("_", " "),
                each["images"],
                *(shown(each[key]) for key in ("novelty", "engine", "auroc", "shipped_engine")),
            )
            for name, each in novelty["folders"].items()
        ),
        own_novelty=shown(novelty["held_out"]["novelty"]),
        own_engine=shown(novelty["held_out"]["engine"]),
        passed=shown(quality["passed"]),
        reasons=_counts(quality["reasons"]),
        faults=_rows(
            (name, fault["images"], shown(fault["rejected"]), _counts(fault["reasons"]))
            for name, fault in quality["faults"].items()
        ),
        fault_blur=faults.DEFOCUS,
        motion=faults.MOTION,
        over=faults.OVEREXPOSED,
        under=faults.UNDEREXPOSED,
        washed=faults.WASHED_OUT,
        full_size=_shown_in(PAIRS, evaluation["full_size"]) if evaluation["full_size"] else NO_PAIRS,
        cases_per_block=CASES_PER_BLOCK,
        smallest=SMALLEST,
        largest=LARGEST,
        flagged_blast=f"{cases['blast']['flagged']:.3f}",
        flagged_benign=f"{cases['benign']['flagged']:.3f}",
        blast_cases=cases["blast"]["cases"],
        benign_cases=cases["benign"]["cases"],
        cases=_rows((name, *(f"{share:.3f}" for share in _in_order(each["outcomes"]))) for name, each in cases.items()),
        activation=_shown_in(MAPS, evaluation["explanation"]) if evaluation["explanation"]["images"] else NO_MAPS,
        origin=origin_of(evaluation["architecture"]),
        citation=CITATION,
        seed=evaluation["seed"],
        mask_top=MASK_TOP,
        mask_left=MASK_LEFT,
        preprocessing=contract_sha256(),
        engine=evaluation["engine"],
    )


def shown(figure: dict[str, float], digits: int = 3) -> str:
    """Return an estimate with its interval, as it stands in a table."""
    if figure["value"] is None:
        return "none"
    return Estimate(**figure).shown(digits)


def _audited(name: str, figures: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"{name} *" if figures["asked"] == "engine" else name,
        *(shown(figures[key]) for key in ("balanced_accuracy", "blast_sensitivity", "blast_specificity")),
        shown(figures["outcomes"]["classified"]),
        shown(figures["error_among_classified"], 4),
    )


def _in_order(outcomes: dict[str, float]) -> list[float]:
    return [outcomes[name] for name in ("flagged", "not_flagged", "insufficient", "indeterminate", "unavailable")]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{code.replace('_', ' ')} {count}" for code, count in counts.items()) or "none"


def _shown_in(sentence: str, values: dict[str, Any]) -> str:
    return sentence.format(**{key: shown(each) if isinstance(each, dict) else each for key, each in values.items()})


def _rows(rows: Any) -> str:
    return "\n".join("| " + " | ".join(str(value) for value in row) + " |" for row in rows)
