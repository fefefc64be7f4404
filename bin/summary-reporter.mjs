/** Ends a test run with what was left out and why, what has failed (`failed: FILE > TEST: MESSAGE`), and the line `N passed, N failed`. */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0
    const failures = unhandledErrors.map((error) => `outside of tests: ${firstLine(error)}`)
    const leftOut = new Map()
    for (const module of modules) {
      const file = module.relativeModuleId ?? module.moduleId
      failures.push(...brokenSuites(module).map((suite) => `${file}${nameOf(suite)}: ${firstLine(suite.errors()[0])}`))
      for (const test of module.children.allTests()) {
        const { state, note, errors } = test.result()
        if (state === "passed") passed += 1
        else if (state === "failed") failures.push(`${file} > ${test.fullName}: ${firstLine(errors?.[0])}`)
        else {
          const reason = note ?? reasonInName(test.fullName) ?? "skipped"
          leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1)
        }
      }
    }
    for (const [reason, count] of leftOut) console.log(`left out ${count}: ${reason}`)
    for (const failure of failures) console.log(`failed: ${failure}`)
    console.log(`${passed} passed, ${failures.length} failed`)
  }
}

function nameOf({ fullName }) {
  return fullName === undefined ? "" : ` > ${fullName}`
}

function firstLine(error) {
  return String(error?.message ?? error ?? "no reason")
    .split("\n")[0]
    .slice(0, 200)
}

/** Files and suites that failed outside of their tests: on import, in beforeAll or afterAll. Each counts as one test. */
function brokenSuites(module) {
  return [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
}

/** A suite that is skipped as a whole cannot carry a note, so it says its reason in its name. */
function reasonInName(name) {
  return /\[left out: (.+?)\]/.exec(name)?.[1]
}
