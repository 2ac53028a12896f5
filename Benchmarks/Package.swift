// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that users of the library never resolve these dependencies.

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
    .target(name: "BenchSupport", swiftSettings: settings),
    .executableTarget(
      name: "lockbench",
      dependencies: [
        "BenchSupport",
        "CBenchSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "FastLock", package: "FastLock"),
        .product(name: "Threads", package: "FastLock"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .target(name: "CStressSupport"),
    .executableTarget(
      name: "lockstress",
      dependencies: [
        "BenchSupport",
        "CStressSupport",
        .product(name: "FastLock", package: "FastLock"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "BenchSupportTests",
      dependencies: ["BenchSupport"],
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
)
