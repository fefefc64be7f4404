/** Ends a test run with what was left out and why, then the line `N passed, N failed`. */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0
    let failed = unhandledErrors.length
    const leftOut = new Map()
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      if (tests.length === 0 && module.state() === "failed") failed += 1
      for (const test of tests) {
        const { state, note } = test.result()
        if (state === "passed") passed += 1
        else if (state === "failed") failed += 1
        else leftOut.set(note ?? "skipped", (leftOut.get(note ?? "skipped") ?? 0) + 1)
      }
    }
    for (const [reason, count] of leftOut) console.log(`left out ${count}: ${reason}`)
    console.log(`${passed} passed, ${failed} failed`)
  }
}
