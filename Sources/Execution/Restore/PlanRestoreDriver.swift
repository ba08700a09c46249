import BackupModel
import FoundationEssentials
import JobQueue

/// Makes the plan of a restore for somebody who waits for it, and changes nothing.
package struct PlanRestoreDriver: Sendable {
    private let context: JobContext
    private let order: RestoreJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(RestoreJob.self)
    }

    package func run() async throws {
        let plan = try await RestoreInquiry(
            context: context, order: order,
            stagingID: order.stagingID(cluster: context.job.clusterID, requestID: nil)
        ).plan()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let result = String(
            decoding: try encoder.encode(RestorePlanDocument(plan, of: order)), as: UTF8.self)
        try await context.finish(.succeeded(result: result))
    }
}
