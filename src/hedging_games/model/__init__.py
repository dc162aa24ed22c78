"""What a scholar writes: model files, read with every problem reported in its place, and the models they become."""
