import Foundation
import NodeAgent
import Testing

/// A node's `commitlog_archiving.properties`: one key is the agent's for a while, the rest never.
@Suite struct ArchivePropertiesTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let shipped = """
        # commitlog archiving configuration. Leave blank to disable.
        archive_command=

        # Example: restore_command=cp -f %from %to
        restore_command=
        restore_directories=
        restore_point_in_time=
        """

    private var path: String { "\(scratch.path)/commitlog_archiving.properties" }
    private var file: ArchivePropertiesFile {
        ArchivePropertiesFile(path: path, original: "\(scratch.path)/before.json")
    }

    private func text() throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func `a key is changed where it stands, and all else stays`() {
        var properties = ArchiveProperties(Self.shipped)
        properties.set("archive_command", to: "/bin/a %path /b/%name")
        #expect(
            properties.text
                == Self.shipped.replacing(
                    "archive_command=\n", with: "archive_command=/bin/a %path /b/%name\n"))
        #expect(properties[key: "archive_command"] == "/bin/a %path /b/%name")
        properties.remove("archive_command")
        #expect(properties.text == Self.shipped.replacing("archive_command=\n", with: ""))
    }

    @Test(arguments: [
        ("archive_command: /x", "/x"), ("  archive_command   =  /x y", "/x y"),
        ("archive_command /x", "/x"), ("archive_command=/old\narchive_command=/x", "/x"),
        ("archive_command", ""),
    ])
    func `a key is found however Java lets it be written`(text: String, value: String) {
        var properties = ArchiveProperties(text)
        #expect(properties[key: "archive_command"] == value)
        properties.set("archive_command", to: "/new")
        #expect(properties.text == "archive_command=/new\n")
    }

    @Test func `a line that goes on in the next is one value, and a comment none`() {
        var properties = ArchiveProperties(
            "#archive_command=/a\narchive_command=/b \\\n  /c\nx=1\n")
        #expect(properties[key: "x"] == "1")
        properties.set("archive_command", to: "/new")
        #expect(properties.text == "#archive_command=/a\narchive_command=/new\nx=1\n")
    }

    @Test func `the file is put back byte for byte`() throws {
        let before = Self.shipped.replacing(
            "archive_command=", with: "archive_command = /old %path")
        try before.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try file.install("/new %path"))
        #expect(try file.command == "/new %path")
        #expect(try !file.install("/new %path"))
        #expect(try file.install("/newer %path"))
        #expect(try file.restore(program: "/new"))
        #expect(try text() == before)
        #expect(try !file.restore(program: "/new"))
    }

    @Test func `a file that was not there goes again`() throws {
        #expect(try file.install("/new %path"))
        #expect(try text() == "archive_command=/new %path\n")
        #expect(try file.restore(program: "/new"))
        #expect(try text() == nil)
    }

    @Test func `what somebody else has changed meanwhile stays`() throws {
        try Self.shipped.write(toFile: path, atomically: true, encoding: .utf8)
        _ = try file.install("/new %path")
        let changed = try #require(try text()) + "\n# mine\n"
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try file.restore(program: "/new"))
        #expect(try text() == Self.shipped + "\n# mine\n")
    }

    @Test func `where nobody knows what was there, the agent's command is taken out, no other`()
        throws
    {
        for (command, rest) in [("/new %path", ""), ("/newer %path", "/newer %path")] {
            try "archive_command=\(command)\nx=1\n".write(
                toFile: path, atomically: true, encoding: .utf8)
            #expect(try file.restore(program: "/new") == rest.isEmpty)
            #expect(try text() == "archive_command=\(rest)\nx=1\n")
        }
    }

    @Test func `its mode stays`() throws {
        try Self.shipped.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o664], ofItemAtPath: path)
        _ = try file.install("/new %path")
        let found = try FileManager.default.attributesOfItem(atPath: path)
        #expect(found[.posixPermissions] as? Int == 0o664)
    }
}
