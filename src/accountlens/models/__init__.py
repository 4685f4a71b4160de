"""What SQL cannot say: attribution, lifetime value, survival, lift, propensity. Pure functions over numpy arrays."""
