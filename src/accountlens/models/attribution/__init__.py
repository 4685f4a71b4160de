"""Which touches a conversion is owed to: position models, Markov chains, Shapley values.

`positions` works on one journey, `markov` and `shapley` on the distinct paths of many (`paths`).
"""
