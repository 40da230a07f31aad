"""Networks that can be trained here. Each ends in global average pooling and one dense layer.

That ending makes the class-activation map exact without gradients: the logit of a class is the mean, over
the last feature map, of the map weighted by the class's row of the dense layer (Zhou et al. 2016,
doi:10.1109/CVPR.2016.319).

Keras is imported when a network is built: in use, nothing here needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.classification.labels import LABELS
from models.classification.preprocessing import SIZE

if TYPE_CHECKING:
    from collections.abc import Callable
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
        From the file of starting weights (None: random ones) to a Keras classifier without nested models: input
        float32 (N, 224, 224, 3) in -1..1, output logits (N, 4). Its pooling layer is named `features`, its dense
        layer `logits`.
    texture_layer
        Middle layer whose channels tell foreign images from smears best: late enough to see cells, early enough
        not to have forgotten what the four classes do not need.
    """

    name: str
    build: Callable[[Path | None], keras.Model]
    texture_layer: str


FIRST_TRAINED_LAYER = "block_3_expand"
"""Below it the filters are edges and colours, which 2000 images cannot improve."""


def mobilenet_v2(base: Path | None) -> keras.Model:
    """Build MobileNetV2 (alpha 1.0, Sandler et al. 2018, doi:10.1109/CVPR.2018.00474).

    Batch normalisation stays frozen and so runs on its stored statistics: those of the starting weights were
    re-estimated, and the statistics of a batch of recoloured smears are not those of one smear in use. (Calling
    the backbone with `training=False` is not enough: `fit` overrides it.)

    Parameters
    ----------
    base
        Weights file of `keras.applications.MobileNetV2(include_top=False)`.

    Returns
    -------
    keras.Model
    """
    import keras

    image = keras.Input((SIZE, SIZE, 3), name="image")
    backbone = keras.applications.MobileNetV2(input_tensor=image, include_top=False, weights=None, alpha=1.0)
    if base is not None:
        backbone.load_weights(base)
    reached = False
    for layer in backbone.layers:
        reached = reached or layer.name == FIRST_TRAINED_LAYER
        layer.trainable = reached and not isinstance(layer, keras.layers.BatchNormalization)

    pooled = keras.layers.GlobalAveragePooling2D(name="features")(backbone.output)
    dropped = keras.layers.Dropout(0.2, seed=0, name="dropout")(pooled)
    return keras.Model(image, keras.layers.Dense(len(LABELS), name="logits")(dropped))


ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (Architecture("mobilenet-v2", mobilenet_v2, texture_layer="block_12_add"),)
}
