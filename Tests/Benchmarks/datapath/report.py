"""What was measured, as text."""

import statistics

HEADING = (
    f"  {'tool':<10}{'median':>9}{'least':>9}{'most':>9}{'CPU s':>9}{'peak MB':>9}{'warm':>9}")


class Report:
    """Measures by scenario and tool; printed when a scenario is complete."""

    def __init__(self):
        self._measures = {}

    def add(self, scenario, tool, measure):
        self._measures.setdefault(scenario, {}).setdefault(tool, []).append(measure)

    def median(self, scenario, tool):
        return statistics.median(m.seconds for m in self._measures[scenario][tool])

    def show(self, scenario, title):
        print(f"\n{scenario}: {title}\n{HEADING}")
        for tool, measures in self._measures[scenario].items():
            seconds = sorted(m.seconds for m in measures)
            warm = [m.warm_seconds for m in measures if m.warm_seconds is not None]
            cpu = statistics.median(m.cpu_seconds for m in measures)
            peak = max(m.peak_bytes for m in measures) / 1e6
            print(
                f"  {tool:<10}{statistics.median(seconds):>9.3f}{seconds[0]:>9.3f}"
                f"{seconds[-1]:>9.3f}{cpu:>9.2f}{peak:>9.1f}"
                + (f"{statistics.median(warm):>9.3f}" if warm else ""),
                flush=True)
