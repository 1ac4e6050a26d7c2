"""What `make bench` runs. Each module measures one thing: `measure() -> Iterator[Row]`, ratios within one run."""
