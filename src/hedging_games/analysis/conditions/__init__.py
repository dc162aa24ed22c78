"""When does an event happen in equilibrium? Exact regions of parameters, and what they are made of.

`formula` combines inequalities with reasons, `stages` and `plans` say when each equilibrium exists, `region` is the
answer, `question` asks it of a model.
"""
