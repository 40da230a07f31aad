"""From a trained Keras classifier to the LiteRT file that is shipped."""

from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from models.classification.preprocessing import SIZE


@dataclass(frozen=True, slots=True)
class Exported:
    """A network ready to ship.

    Attributes
    ----------
    model
        LiteRT flatbuffer, float32; signature with input `image` (1, 224, 224, 3) in -1..1 and the outputs
        `logits` (1, 4), `features` (1, D), `feature_map` (1, 7, 7, D).
    dense : float32 (D, 4)
        Weights of the last layer, for the class-activation map.
    """

    model: bytes
    dense: npt.NDArray[np.float32]


def to_litert(network: keras.Model) -> Exported:
    """Convert a classifier whose pooling layer is named `features` and whose dense layer is `logits`."""
    features = network.get_layer("features")
    dense = network.get_layer("logits")
    everything = keras.Model(
        network.input,
        {"logits": network.output, "features": features.output, "feature_map": features.input},
    )

    @tf.function(input_signature=[tf.TensorSpec((1, SIZE, SIZE, 3), tf.float32, name="image")])
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return everything(image, training=False)  # type: ignore[no-any-return]

    holder = tf.Module()
    holder.serve = serve
    # The converter freezes only variables that the holder owns, and Keras wraps its own.
    holder.weights = [variable.value for variable in everything.variables]
    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()], holder)
    return Exported(model=converter.convert(), dense=dense.kernel.numpy())
