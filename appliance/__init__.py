"""The appliance: the clinical record, its rules, and every door to it except the GPU's."""
