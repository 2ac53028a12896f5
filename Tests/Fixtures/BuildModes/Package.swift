// swift-tools-version: 6.2

import PackageDescription

// What .ci/builds builds in the modes that a user may build in, and runs: both products in a package of its own.
let package = Package(
  name: "BuildModes",
  dependencies: [.package(name: "FastLock", path: "../../..")],
  targets: [
    .executableTarget(name: "BuildModes", dependencies: [.product(name: "Threads", package: "FastLock")])
  ]
)
