"""What was measured, as text."""

import statistics

HEADING = f"  {'':<12}{'requests/s':>11}{'least':>9}{'most':>9}{'p50 ms':>9}{'p99 ms':>9}"


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
            latency = "" if measures[0].p50 is None else "".join(
                f"{statistics.median(getattr(one, name) for one in measures):>9.2f}"
                for name in ("p50", "p99"))
            print(f"  {server:<12}{statistics.median(rates):>11.0f}{rates[0]:>9.0f}"
                  f"{rates[-1]:>9.0f}{latency}", flush=True)
