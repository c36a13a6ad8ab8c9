"""What the box says about itself: metrics, event lines, and the way to the energy meter."""
