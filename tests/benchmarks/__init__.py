"""The figures of the product, each as a ratio or a count taken in one run: ``python3 build.py bench [NAME ...]``."""
