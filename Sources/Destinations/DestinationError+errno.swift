package import SystemPackage

extension DestinationError {
    /// What a failed system call means.
    ///
    /// - Parameter doing: what was tried, such as `write /backups/x`.
    package init(errno: Errno, object: String, doing: String) {
        let code: Code =
            switch errno {
            case .noSuchFileOrDirectory: .notThere
            case .notDirectory: .notThere
            case .permissionDenied, .notPermitted, .readOnlyFileSystem: .denied
            case .noSpace, Errno(rawValue: 122): .noSpace
            default: .unreachable
            }
        self.init(code: code, object: object, message: "cannot \(doing): \(errno)")
    }
}
