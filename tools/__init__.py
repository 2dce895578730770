"""What stands behind build.py: environments, llama.cpp's wheel, checks, the package. Standard library only."""
