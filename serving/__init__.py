"""The GPU's side: Ray Serve deployments for speech and notes behind engine protocols."""
