// swift-tools-version: 6.2

import Foundation
import PackageDescription

// A package of its own, so that users of the library never resolve these dependencies.

/// A C++ library whose lock takes part where the library is installed.
///
/// The package manager keeps what a manifest has found until `swift package purge-cache`.
struct OptionalLibrary {
  /// The C target in front of it.
  let target: String
  let name: String
  let header: String
  /// Says to Swift that it is there.
  let condition: String

  var isInstalled: Bool {
    ["/usr/include", "/usr/local/include"].contains {
      FileManager.default.fileExists(atPath: "\($0)/\(header)")
    }
  }
}

let optionalLibraries =
  Context.environment["LOCKBENCH_OPTIONAL_OPPONENTS"] == "0"
  ? []
  : [
    OptionalLibrary(
      target: "CTBBMutex", name: "tbb", header: "oneapi/tbb/mutex.h", condition: "HAS_TBB"),
    OptionalLibrary(
      target: "CAbseilMutex", name: "absl_synchronization", header: "absl/synchronization/mutex.h",
      condition: "HAS_ABSEIL"),
  ].filter(\.isInstalled)

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "FastLock", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.1.0"),
  ],
  targets: [
    .target(name: "CBenchSupport"),
    .target(name: "CInterrupts"),
    .target(name: "BenchSupport", swiftSettings: settings),
    .executableTarget(
      name: "lockbench",
      dependencies: [
        "BenchSupport",
        "CBenchSupport",
        "CInterrupts",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "FastLock", package: "FastLock"),
        .product(name: "Threads", package: "FastLock"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
      ] + optionalLibraries.map { .target(name: $0.target) },
      swiftSettings: settings + optionalLibraries.map { .define($0.condition) }),
    .target(name: "CStressSupport"),
    .executableTarget(
      name: "lockstress",
      dependencies: [
        "BenchSupport",
        "CInterrupts",
        "CStressSupport",
        .product(name: "FastLock", package: "FastLock"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "BenchSupportTests",
      dependencies: ["BenchSupport", "CInterrupts"],
      swiftSettings: settings),
    .testTarget(
      name: "LockbenchTests",
      dependencies: ["lockbench"],
      swiftSettings: settings),
    .testTarget(
      name: "LockstressTests",
      dependencies: ["CStressSupport", "lockstress"],
      swiftSettings: settings),
  ]
    + optionalLibraries.map {
      .target(name: $0.target, linkerSettings: [.linkedLibrary($0.name)])
    },
  cxxLanguageStandard: .cxx17
)
