"""From an image to four raw numbers: preprocessing and the network."""
