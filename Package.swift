// swift-tools-version: 6.2

import PackageDescription

/// For a world of simulated threads, which consists of plain memory behind pointers: each line would be unsafe.
let simulationSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let settings: [SwiftSetting] = simulationSettings + [.strictMemorySafety()]

// A lock stores its value in place, at an address that stays, and is no variable: the features concern this
// target alone, clients need none.
let inPlaceStorage: [SwiftSetting] = [
  .enableExperimentalFeature("BuiltinModule"),
  .enableExperimentalFeature("RawLayout"),
  .enableExperimentalFeature("StaticExclusiveOnly"),
]

let package = Package(
  name: "FastLock",
  products: [
    .library(name: "FastLock", targets: ["FastLock"]),
    .library(name: "Threads", targets: ["Threads"]),
  ],
  traits: [
    .trait(
      name: "Diagnostics",
      description: "Checks the use of mutexes in release builds too, as debug builds always do.")
  ],
  targets: [
    .target(name: "CFutex"),
    .target(name: "FastLock", dependencies: ["CFutex"], swiftSettings: settings + inPlaceStorage),
    .target(name: "Threads", dependencies: ["FastLock"], swiftSettings: settings),

    .target(name: "CTestSupport", path: "Tests/Support/CTestSupport"),
    .target(
      name: "TestSupport", dependencies: ["CTestSupport", "FastLock"], path: "Tests/Support/TestSupport",
      swiftSettings: settings),
    .target(name: "CCoroutine", path: "Tests/Support/CCoroutine"),
    .target(
      name: "Explorer", dependencies: ["CCoroutine", "FastLock", "TestSupport"],
      path: "Tests/Support/Explorer", swiftSettings: simulationSettings),
    .target(name: "CPerturbation", path: "Tests/Support/CPerturbation"),
    .target(
      name: "Perturbation", dependencies: ["CPerturbation", "Explorer", "FastLock", "TestSupport"],
      path: "Tests/Support/Perturbation", swiftSettings: settings),
    .executableTarget(
      name: "perturbation-probe", dependencies: ["Explorer", "Perturbation", "TestSupport"],
      path: "Tests/Support/PerturbationProbe", swiftSettings: settings),
    .executableTarget(
      name: "cfutex-check", dependencies: ["CFutex"], path: "Tests/Support/CFutexCheck"),
    .target(name: "CFaultInjection", path: "Tests/Support/CFaultInjection"),
    .target(name: "CStaticStorage", path: "Tests/Support/CStaticStorage"),
    .executableTarget(
      name: "seccomp-launcher", dependencies: ["CFaultInjection"], path: "Tests/Support/SeccompLauncher"),
    .executableTarget(
      name: "fault-probe",
      dependencies: [
        "CFaultInjection", "CStaticStorage", "CTestSupport", "FastLock", "TestSupport", "Threads",
      ],
      path: "Tests/Support/FaultProbe", swiftSettings: settings),
    .target(
      name: "Sequences", dependencies: ["FastLock", "TestSupport", "Threads"],
      path: "Tests/Support/Sequences", swiftSettings: settings),
    .executableTarget(
      name: "sequence-runner", dependencies: ["Sequences", "TestSupport"],
      path: "Tests/Support/SequenceRunner", swiftSettings: settings),
    .testTarget(
      name: "FastLockTests",
      dependencies: [
        "CTestSupport", "FastLock", "TestSupport", "cfutex-check", "fault-probe", "seccomp-launcher",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ThreadsTests",
      dependencies: ["Threads", "TestSupport", "fault-probe", "seccomp-launcher"],
      swiftSettings: settings),
    .testTarget(
      name: "SequenceTests", dependencies: ["Sequences", "TestSupport", "sequence-runner"],
      swiftSettings: settings),
    .testTarget(
      name: "ExplorationTests",
      dependencies: [
        "CTestSupport", "Explorer", "FastLock", "Perturbation", "TestSupport", "perturbation-probe",
      ],
      swiftSettings: simulationSettings),
    .testTarget(name: "ReadmeTests", swiftSettings: settings),
  ]
)
