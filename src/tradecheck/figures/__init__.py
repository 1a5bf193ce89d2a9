"""One function a figure or table: tables of the package in, exhibits of a notebook out."""
