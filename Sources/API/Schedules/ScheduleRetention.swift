import BackupModel
import Catalog
import FoundationEssentials
import Postgres
import SCGI

/// `GET job-schedules/{id}/retention`: what the schedule's rules would let go now, and why each of
/// the others stays. It never changes anything, with `dry_run` or without.
enum ScheduleRetention {
    private struct Answer: Encodable {
        var dry_run = true
        /// By id.
        var destinations: [String: Place]
    }

    private struct Place: Encodable {
        var rule: RetentionRule
        var stays: [Copy] = []
        var goes: [Copy] = []
    }

    private struct Copy: Encodable {
        var tag: String
        var time: Int64
        /// Whether it is a good backup: all of it was made, and no verification found a fault.
        var whole: Bool
        var why: [String]
    }

    static func review(_ call: Call) throws -> Response {
        let schedule = try Schedules.scheduleID(call)
        return try call.inCluster { connection, id in
            let review = RetentionReview(connection, clusterID: id, scheduleID: schedule)
            guard let rules = try review.rules() else { throw Schedules.noSuch(schedule) }
            var places = rules.mapValues { Place(rule: $0) }
            for (destination, verdicts) in try review.verdicts(rules) {
                var place = places[destination] ?? Place(rule: .everything)
                place.stays = verdicts.filter(\.stays).map(shown)
                place.goes = verdicts.filter { !$0.stays }.map(shown)
                places[destination] = place
            }
            let json = try JSONEncoder().encode(Answer(destinations: places))
            return .text(String(decoding: json, as: UTF8.self))
        }
    }

    private static func shown(_ verdict: RetentionVerdict) -> Copy {
        Copy(
            tag: verdict.copy.tag, time: verdict.copy.time, whole: verdict.copy.isWhole,
            why: verdict.stays ? verdict.reasons : ["no rule keeps it"])
    }
}
