"""When does an event happen in equilibrium? Exact regions of parameters, and what they are made of.

`setting` is a model with parameters left open; `stages`, `plans`, `layers` and `three` say when each equilibrium exists
(`derive` knows which of them serves), `played` when the event is played; `region` is the answer, `question` asks it of a model.
"""
