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
        `logits` (1, 4), `feature_map` (1, 7, 7, D), `features` (1, D): its mean over the map, and `texture`
        (1, 2C): mean and standard deviation over the map of each channel of the architecture's texture layer.
    dense : float32 (D, 4)
        Weights of the last layer, for the class-activation map.
    """

    model: bytes
    dense: npt.NDArray[np.float32]


def to_litert(network: keras.Model, texture_layer: str) -> Exported:
    """Convert a classifier built by one of `ARCHITECTURES`.

    Parameters
    ----------
    network
        Its pooling layer is named `features`, its dense layer `logits`.
    texture_layer
        Name of the layer that the novelty check looks at.

    Returns
    -------
    Exported
    """
    features = network.get_layer("features")
    channels = network.get_layer(texture_layer).output
    mean = keras.ops.mean(channels, axis=(1, 2))
    variance = keras.ops.mean(keras.ops.square(channels - mean[:, None, None]), axis=(1, 2))
    everything = keras.Model(
        network.input,
        {
            "logits": network.output,
            "features": features.output,
            "feature_map": features.input,
            "texture": keras.ops.concatenate([mean, keras.ops.sqrt(variance)], axis=1),
        },
    )

    return Exported(model=flatbuffer(everything), dense=network.get_layer("logits").kernel.numpy())


def flatbuffer(network: keras.Model, *, images: int = 1) -> bytes:
    """Convert a network with named outputs, its input `image` float32 (images, 224, 224, 3)."""
    serve = tf.function(
        lambda image: network(image, training=False),
        input_signature=[tf.TensorSpec((images, SIZE, SIZE, 3), tf.float32, name="image")],
    )
    holder = tf.Module()
    holder.serve = serve
    # The converter freezes only variables that the holder owns, and Keras wraps its own.
    holder.weights = [variable.value for variable in network.variables]
    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()], holder)
    return bytes(converter.convert())
