"""What nbval compares: the text of outputs, not the HTML that pandas makes of the same table."""


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("text/html",)
