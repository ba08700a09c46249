import Destinations

/// An object of a destination as a source, to be hashed or compared.
struct Download: ObjectSource {
    private let destination: any Destination
    private let name: String

    init(_ destination: any Destination, _ name: String) {
        (self.destination, self.name) = (destination, name)
    }

    func open() async throws -> ObjectBody { try await destination.read(name) }

    func open(range: Range<Int64>) async throws -> ObjectBody {
        try await destination.read(name, range: range)
    }
}
