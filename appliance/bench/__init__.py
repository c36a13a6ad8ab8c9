"""What an administrator can measure and try on this machine, each part in a file of its own."""
