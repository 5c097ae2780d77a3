"""The figures: every ratio from one run, on the machine that RESULTS.md names."""
