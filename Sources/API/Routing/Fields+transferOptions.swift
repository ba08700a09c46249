import BackupModel

extension Fields {
    /// The member `destinations` of `run` and `sync`: how to send to each destination, by its id.
    ///
    /// - Parameter deleteAll: whether an entry goes after the run that does not say so itself.
    func transferOptions(deleteAll: Bool) throws -> [String: TransferOptions] {
        try (objects("destinations") ?? [:]).mapValues { options in
            TransferOptions(
                compressed: try options.flag("compressed") ?? false,
                throttle: try options.number("throttle", minimum: 0).flatMap { $0 > 0 ? $0 : nil },
                deleteAfterwards: try options.flag("delete_this") ?? deleteAll)
        }
    }
}
