"""Who used how much of a GPU's energy: by a stated rule, in whole millijoules, adding up exactly."""
