import Postgres
import SCGI

/// What Prometheus asks.
enum Metrics {
    /// `GET metrics`: how the service and all clusters are. A database that does not answer is told
    /// of, and is no error.
    static func show(_ call: Call) throws -> Response {
        var text = MetricsText()
        call.service.workers?().add(to: &text)
        call.service.meter.add(to: &text)
        do {
            text.append(try CatalogMetrics(call.service.database).text())
        } catch let error as PostgresError {
            call.service.logger.error(
                "metrics without the catalog: \(error)",
                metadata: ["trace": "\(call.request.requestID)"])
            text.begin(.databaseUp)
            text.add("0")
        }
        return Response(
            status: 200, headers: [("Content-Type", MetricsText.contentType)],
            body: .bytes(Array(text.text.utf8)))
    }
}
