/** Ends a test run with what was left out and why, then the line `N passed, N failed`. */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0
    let failed = unhandledErrors.length
    const leftOut = new Map()
    for (const module of modules) {
      failed += brokenSuites(module)
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        if (state === "passed") passed += 1
        else if (state === "failed") failed += 1
        else {
          const reason = note ?? reasonInName(test.fullName) ?? "skipped"
          leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1)
        }
      }
    }
    for (const [reason, count] of leftOut) console.log(`left out ${count}: ${reason}`)
    console.log(`${passed} passed, ${failed} failed`)
  }
}

/** Files and suites that failed outside of their tests: on import, in beforeAll or afterAll. Each counts as one test. */
function brokenSuites(module) {
  return [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length
}

/** A suite that is skipped as a whole cannot carry a note, so it says its reason in its name. */
function reasonInName(name) {
  return /\[left out: (.+?)\]/.exec(name)?.[1]
}
