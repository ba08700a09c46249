extension ArchiveProperties {
    /// Has commitlogs replayed up to a moment at the next start.
    ///
    /// - Parameter moment: as `restore_point_in_time` has it.
    mutating func replay(from directory: String, upTo moment: String) {
        set("restore_command", to: "/bin/cp -f %from %to")
        set("restore_directories", to: directory)
        set("restore_point_in_time", to: moment)
    }
}
