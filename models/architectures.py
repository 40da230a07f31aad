"""Networks that can be trained here. Each ends in global average pooling and one dense layer.

That ending makes the class-activation map exact without gradients: the logit of a class is the mean, over
the last feature map, of the map weighted by the class's row of the dense layer (Zhou et al. 2016,
doi:10.1109/CVPR.2016.319).

Keras is imported when a network is built: in use, nothing here needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.classification.labels import LABELS
from models.classification.preprocessing import SIZE

if TYPE_CHECKING:
    from pathlib import Path

    import keras


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network that can be built, trained and exported.

    Attributes
    ----------
    name
        As in an artefact's manifest.
    build
        From the file of starting weights (None: random ones) to a Keras classifier: input float32
        (N, 224, 224, 3) in -1..1, output logits (N, 4). Its pooling layer is named `features`, its dense
        layer `logits`.
    """

    name: str
    build: Callable[[Path | None], keras.Model]


FIRST_TRAINED_LAYER = "block_3_expand"
"""Below it the filters are edges and colours, which 2000 images cannot improve."""


def mobilenet_v2(base: Path | None) -> keras.Model:
    """Build MobileNetV2 (alpha 1.0, Sandler et al. 2018, doi:10.1109/CVPR.2018.00474).

    Batch normalisation always runs on its stored statistics: those of the starting weights were
    re-estimated, and batches of one smear's colours would bend them.

    Parameters
    ----------
    base
        Weights file of `keras.applications.MobileNetV2(include_top=False)`.

    Returns
    -------
    keras.Model
    """
    import keras  # noqa: PLC0415 - only training has Keras loaded

    backbone = keras.applications.MobileNetV2(
        input_shape=(SIZE, SIZE, 3), include_top=False, weights=None, alpha=1.0
    )
    if base is not None:
        backbone.load_weights(base)
    trained = False
    for layer in backbone.layers:
        trained = trained or layer.name == FIRST_TRAINED_LAYER
        layer.trainable = trained

    image = keras.Input((SIZE, SIZE, 3), name="image")
    pooled = keras.layers.GlobalAveragePooling2D(name="features")(backbone(image, training=False))
    dropped = keras.layers.Dropout(0.2, seed=0, name="dropout")(pooled)
    return keras.Model(image, keras.layers.Dense(len(LABELS), name="logits")(dropped))


ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture for architecture in (Architecture("mobilenet-v2", mobilenet_v2),)
}
