"""The statements of a model's sources, put to the test: `doubled` compares two values of a parameter, `examine` judges."""
