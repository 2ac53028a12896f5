// swift-tools-version: 6.2

import PackageDescription

// What tests of the library load and close, and link from an archive: locks and threads in code that programs in C use, and
// a program that is linked with the runtime.
let package = Package(
  name: "EmbeddingClient",
  products: [
    .library(name: "EmbeddedLibrary", type: .dynamic, targets: ["Embedded"]),
    .library(name: "EmbeddedArchive", type: .static, targets: ["Embedded"]),
  ],
  dependencies: [.package(name: "FastLock", path: "../../..")],
  targets: [
    .target(
      name: "Embedded",
      dependencies: [
        .product(name: "FastLock", package: "FastLock"), .product(name: "Threads", package: "FastLock"),
      ]),
    .executableTarget(name: "ClosingHost"),
    .executableTarget(
      name: "ThrowingProgram", dependencies: [.product(name: "Threads", package: "FastLock")]),
  ]
)
