// swift-tools-version: 6.2
import PackageDescription

// Every target of ours: Swift 6, warnings are errors, imports say who may see them.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
let asyncAlgorithms = Target.Dependency.product(
    name: "AsyncAlgorithms", package: "swift-async-algorithms")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "helenus",
    products: [
        .executable(name: "helenus-api", targets: ["helenus-api"]),
        .executable(name: "helenus-executor", targets: ["helenus-executor"]),
        .executable(name: "helenus-agent", targets: ["helenus-agent"]),
        .executable(name: "helenus-archive", targets: ["helenus-archive"]),
        .executable(name: "helenusctl", targets: ["helenusctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // L0
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // zlib, for its fast CRC32 and Adler-32.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        // libsodium, for Argon2id.
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .target(name: "CStatx"),
        .target(
            name: "SQL", path: "sql",
            exclude: ["bootstrap.sql", "migrations", "queries", "reports"],
            cSettings: [.unsafeFlags(["-std=c23"])]),
        .target(
            name: "COpenAPI", exclude: ["openapi.json"], cSettings: [.unsafeFlags(["-std=c23"])]),
        .target(name: "SCGI", swiftSettings: strict),
        .systemLibrary(name: "CLinux"),
        // Without Foundation: Cassandra starts a program with it for each segment.
        .target(name: "SegmentCopy", swiftSettings: strict),

        // L1
        .target(name: "BackupModel", swiftSettings: strict),
        .target(name: "Sealing", dependencies: [crypto], swiftSettings: strict),
        .target(
            name: "Certificates", dependencies: ["Sealing", x509, asn1, crypto],
            swiftSettings: strict),
        .target(name: "Passwords", dependencies: ["CSodium"], swiftSettings: strict),
        .target(name: "Settings", dependencies: [logging], swiftSettings: strict),
        .target(name: "Prefork", dependencies: ["CLinux", logging], swiftSettings: strict),
        .target(name: "Postgres", dependencies: ["CLibPQ"], swiftSettings: strict),
        .target(name: "Statements", dependencies: ["Postgres", "SQL"], swiftSettings: strict),

        // L2
        .target(
            name: "AgentProtocol",
            dependencies: [
                "BackupModel", "Certificates", asyncHTTPClient, nioCore, nioSSL, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "Destinations",
            dependencies: [
                "CLinux", "CZstd", "BackupModel", asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
                nioSSL, crypto, logging, systemPackage,
            ],
            swiftSettings: strict),
        .target(
            name: "Catalog", dependencies: ["Postgres", "Statements", "BackupModel", "Sealing"],
            swiftSettings: strict),
        .target(
            name: "JobQueue", dependencies: ["Postgres", "Statements", "BackupModel"],
            swiftSettings: strict),

        // L3
        .target(
            name: "API",
            dependencies: [
                "CJansson", "COpenAPI", "SCGI", "Postgres", "Statements", "BackupModel", "Catalog",
                "JobQueue", "Sealing", "Passwords", crypto, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "Execution",
            dependencies: [
                "Postgres", "Statements", "BackupModel", "Catalog", "JobQueue", "AgentProtocol",
                "Sealing", "Certificates", asyncHTTPClient, crypto, nioCore, nioSSL,
                serviceLifecycle, logging,
            ],
            swiftSettings: strict),
        .target(
            name: "NodeAgent",
            dependencies: [
                "CLinux", "CStatx", "CZlib", "SegmentCopy", "Settings", "BackupModel",
                "AgentProtocol",
                "Certificates", "Destinations", "Sealing", hummingbird, hummingbirdCore, nioCore,
                nioPosix, nioSSL, subprocess, grdb, yams, crypto, serviceLifecycle,
                asyncHTTPClient, asyncAlgorithms, systemPackage, logging,
            ],
            swiftSettings: strict),

        .target(
            name: "OperatorClient", dependencies: [asyncHTTPClient, nioCore, nioHTTP1],
            swiftSettings: strict),

        // L4
        .executableTarget(
            name: "helenus-api",
            dependencies: [
                "API", "Catalog", "Passwords", "Postgres", "Prefork", "SCGI", "Sealing", "Settings",
                logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "helenus-executor",
            dependencies: [
                "Catalog", "Certificates", "Execution", "Postgres", "Sealing", "Settings",
                serviceLifecycle, argumentParser, logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "helenus-agent",
            dependencies: ["NodeAgent", "Settings", argumentParser, serviceLifecycle, logging],
            swiftSettings: strict),
        .executableTarget(
            name: "helenus-archive", dependencies: ["SegmentCopy"], swiftSettings: strict),
        .executableTarget(
            name: "helenusctl",
            dependencies: [
                "Catalog", "Certificates", "OperatorClient", "Passwords", "Postgres", "Statements",
                "Sealing", argumentParser, subprocess, systemPackage,
            ],
            swiftSettings: strict),

        // Tests
        .target(
            name: "TestDatabase", dependencies: ["Postgres", "Statements"],
            path: "Tests/Support/TestDatabase", swiftSettings: strict),
        .testTarget(name: "SCGITests", dependencies: ["SCGI"], swiftSettings: strict),
        .testTarget(
            name: "BackupModelTests", dependencies: ["BackupModel"], swiftSettings: strict),
        .testTarget(
            name: "SettingsTests", dependencies: ["Settings", logging], swiftSettings: strict),
        .testTarget(name: "SealingTests", dependencies: ["Sealing"], swiftSettings: strict),
        .testTarget(
            name: "CertificatesTests", dependencies: ["Certificates"], swiftSettings: strict),
        .testTarget(
            name: "CatalogTests",
            dependencies: [
                "Catalog", "Postgres", "Sealing", "Statements", "TestDatabase",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PreforkTests", dependencies: ["Prefork", "prefork-fixture", logging],
            swiftSettings: strict),
        .executableTarget(
            name: "prefork-fixture", dependencies: ["Prefork", "SCGI", logging],
            path: "Tests/Support/prefork-fixture", swiftSettings: strict),
        .testTarget(
            name: "PostgresTests", dependencies: ["Postgres", "Statements", "TestDatabase"],
            swiftSettings: strict),
        .testTarget(
            name: "JobQueueTests",
            dependencies: ["JobQueue", "Postgres", "BackupModel", "TestDatabase"],
            swiftSettings: strict),
        .testTarget(
            name: "DestinationsTests", dependencies: ["Destinations", "BackupModel", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "APITests",
            dependencies: [
                "API", "BackupModel", "Catalog", "JobQueue", "Passwords", "Postgres", "SCGI",
                "Sealing", "Statements", "TestDatabase", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ExecutionTests",
            dependencies: [
                "Execution", "AgentProtocol", "BackupModel", "Catalog", "Certificates", "JobQueue",
                "Postgres", "Sealing", "Statements", "TestDatabase", logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OperatorClientTests", dependencies: ["OperatorClient"], swiftSettings: strict),
        .testTarget(
            name: "SegmentCopyTests", dependencies: ["SegmentCopy", "helenus-archive"],
            swiftSettings: strict),
        .testTarget(
            name: "NodeAgentTests",
            dependencies: [
                "NodeAgent", "AgentProtocol", "BackupModel", "Certificates", "Destinations", grdb,
                hummingbird, logging, nioCore, nioPosix, nioSSL, systemPackage,
            ],
            swiftSettings: strict),
    ]
)
