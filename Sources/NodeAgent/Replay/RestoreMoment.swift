import BackupModel
import Glibc

/// A moment as `restore_point_in_time` has it: `2015:12:15 01:32:00`.
package enum RestoreMoment {
    /// - Parameters:
    ///   - pit: seconds since 1970.
    ///   - version: Cassandra's; before 2.0 it reads the time in its own time zone, which is taken
    ///     to be the agent's.
    package static func text(_ pit: Int64, version: String) -> String {
        var time = pit
        if !CassandraRelease(version).readsRestoreTimeAsUTC {
            var seconds = time_t(pit)
            var local = tm()
            localtime_r(&seconds, &local)
            time += Int64(local.tm_gmtoff)
        }
        let civil = CivilTime(epochSeconds: time)
        func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(civil.year):\(pad(civil.month)):\(pad(civil.day)) "
            + "\(pad(civil.hour)):\(pad(civil.minute)):\(pad(civil.second))"
    }
}
