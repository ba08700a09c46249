/// What the workers of this service know together, since its master began or took a new binary.
extension MetricFamily {
    static let workers = MetricFamily(
        "workers", .gauge, "Workers that wait for a request (idle) or have one in hand (busy).")
    static let workersWanted = MetricFamily(
        "workers_wanted", .gauge, "Workers that there should be.")
    static let workerStarts = MetricFamily(
        "worker_starts_total", .counter, "Workers that were started.")
    static let workerCrashes = MetricFamily(
        "worker_crashes_total", .counter,
        "Workers that ended otherwise than they should, those that were killed included.")
    static let workerTimeouts = MetricFamily(
        "worker_timeouts_total", .counter,
        "Workers that were to be killed because a request took too long.")
    static let httpRequests = MetricFamily(
        "http_requests_total", .counter,
        "Requests that workers answered, by route and the first digit of the status.")
    static let httpRequestDuration = MetricFamily(
        "http_request_duration_seconds", .histogram,
        "How long a worker had a request in hand, from when it was read until the answer was"
            + " written.")
}
