import FastLock
