@_exported public import FastLock
