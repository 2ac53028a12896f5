// swift-tools-version: 6.2

import PackageDescription

// What a test of the library disassembles: uses of locks in a package that is not the library's own.
let package = Package(
  name: "MachineCodeClient",
  dependencies: [.package(name: "FastLock", path: "../../..")],
  targets: [
    .executableTarget(
      name: "MachineCodeClient", dependencies: [.product(name: "FastLock", package: "FastLock")])
  ]
)
