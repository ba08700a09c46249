/// An object of a local destination on its way to a name.
struct LocalOnePassObject: OnePassObject {
    private let file: LocalStagedFile
    private let destination: LocalDestination

    init(file: LocalStagedFile, destination: LocalDestination) {
        self.file = file
        self.destination = destination
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws { try file.append(bytes) }

    func flush() throws { try file.flush() }

    func publish(as name: String) throws -> StoreOutcome {
        try ObjectName.check(name)
        return try destination.publishOnce(file, as: name)
    }
}
