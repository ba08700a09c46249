extension BackupTag {
    /// The time in a tag `opscenter_<who>_YYYY-MM-DD-HH-MM-SS-UTC`, seconds since 1970; `nil` where
    /// it has none.
    package var time: Int64? {
        guard let end = parts?.time, end.hasSuffix("-UTC") else { return nil }
        return CivilTime(tagText: String(end.dropLast(4)))?.epochSeconds
    }

    /// The schedule that made it; `nil` for an ad hoc run, and where the tag does not tell.
    package var scheduleID: String? {
        guard time != nil, let who = parts?.who, who != "adhoc" else { return nil }
        return who
    }

    private var parts: (who: String, time: String)? {
        guard text.hasPrefix("opscenter_"), let last = text.lastIndex(of: "_") else { return nil }
        let who = text[..<last].dropFirst("opscenter_".count)
        guard !who.isEmpty else { return nil }
        return (String(who), String(text[text.index(after: last)...]))
    }
}
