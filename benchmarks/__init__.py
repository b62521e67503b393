"""Speed and memory of the book, measured: `python -m benchmarks`."""
