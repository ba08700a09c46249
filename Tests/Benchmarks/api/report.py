"""What was measured, as text."""

import statistics

COLUMNS = {"p50": "p50 ms", "p99": "p99 ms", "workers": "worker", "database": "database"}
HEADING = f"  {'':<12}{'requests/s':>11}{'least':>9}{'most':>9}" + "".join(
    f"{title:>9}" for title in COLUMNS.values())


class Report:
    """Measures by call and server."""

    def __init__(self):
        self._measures = {}

    def add(self, call, server, measure):
        self._measures.setdefault(call, {}).setdefault(server, []).append(measure)

    def rate(self, call, server):
        """The median."""
        return statistics.median(one.rate for one in self._measures[call][server])

    def show(self, call):
        print(f"\n{call}\n{HEADING}")
        for server, measures in self._measures[call].items():
            rates = sorted(one.rate for one in measures)
            print(f"  {server:<12}{statistics.median(rates):>11.0f}{rates[0]:>9.0f}"
                  f"{rates[-1]:>9.0f}"
                  + "".join(column(measures, name) for name in COLUMNS), flush=True)


def column(measures, name):
    """The median of a value, where it was measured."""
    values = [getattr(one, name) for one in measures]
    if None in values:
        return f"{'':>9}"
    return f"{statistics.median(values):>9.{0 if name in ('workers', 'database') else 2}f}"
